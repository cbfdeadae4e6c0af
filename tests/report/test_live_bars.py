"""An apply on a terminal: bars for what is under way, lines for what is settled."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from rich.console import Console

from reconciler.execute.event import Event, EventType
from reconciler.execute.outcome import Outcome, Status
from reconciler.report.live_bars import LiveBars, live_bars
from tests.report.golden import assert_golden
from tests.report.samples import PLAN, ROWS, TUNE
from tests.report.transfers import Time, moving, upload_story

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reconciler.plan.plan import Plan

WAITING = Event(EventType.PROGRESS, TUNE, "running 38 %, epoch 1", "wait", 38, 100)


def drawn(
    events: Sequence[tuple[float, Event]], width: int = 110, height: int = 24, plan: Plan = PLAN
) -> str:
    """The screen after the events, as text."""
    time, out = Time(), io.StringIO()
    console = Console(file=out, width=width, height=height, color_system=None, force_terminal=True)
    bars = LiveBars(plan, console, time)
    for at, event in events:
        time.now = at
        bars(event)
    out.truncate(0)
    out.seek(0)
    console.print(bars.drawn())
    return "".join(f"{line.rstrip()}\n" for line in out.getvalue().splitlines())


@pytest.mark.parametrize("width", [80, 110, 140])
def test_the_screen_of_an_upload(width: int) -> None:
    halfway = [(at, event) for at, event in upload_story(12) if at < 60]

    assert_golden(f"bars-{width}.txt", drawn([*halfway, (60.0, WAITING)], width))


def test_names_that_are_cut_still_tell_jobs_apart() -> None:
    assert "support-bot " in drawn([(0.0, WAITING)], 80).splitlines()[0]


def test_whoever_only_waits_is_told_of_no_changes() -> None:
    waiting = replace(PLAN, changes=())

    assert 1 == len(drawn([(0.0, WAITING)], plan=waiting).splitlines())


def test_of_a_thousand_files_only_those_that_move_have_a_bar() -> None:
    halfway = [(at, event) for at, event in upload_story(1024) if at < 50.1]

    assert drawn(halfway).count("model-") <= 8


def test_more_than_the_terminal_holds_is_counted() -> None:
    halfway = [(at, event) for at, event in upload_story(12) if at < 60]

    screen = drawn(halfway, height=5).splitlines()

    assert len(screen) <= 5
    assert "and 3 more lines" in screen[-2]


def test_a_single_file_has_one_bar_only() -> None:
    assert drawn([(0.0, moving(0)), (10.0, moving(40))]).count("40 MB of 91 MB") == 1


def test_a_file_whose_bytes_are_all_sent_waits_for_the_storage() -> None:
    sent = [(at, event) for at, event in upload_story(2) if not _checked(event)]

    assert drawn(sent).count("100 MB of 100 MB  checking") == 2


def test_a_file_that_begins_anew_has_no_rate_below_nothing() -> None:
    story = upload_story(2)
    again = [(at + 100, event) for at, event in story if not _checked(event)]

    assert not re.search(r" -[0-9]", drawn([*story[:-3], *again[:4]]))


def test_what_has_settled_has_a_line_and_no_bar() -> None:
    time, out = Time(), io.StringIO()
    console = Console(file=out, width=110, color_system=None, force_terminal=True)
    bars = LiveBars(PLAN, console, time)
    bars(moving(40))

    bars(Event(EventType.DONE, ROWS, outcome=Outcome(ROWS, Status.DONE, "ready")))

    assert "Dataset/support-chat                 done\n" == out.getvalue()
    assert [] == bars._board.bars(0.0, 10)


def test_an_upload_that_is_through_leaves_a_line() -> None:
    time, out = Time(), io.StringIO()
    console = Console(file=out, width=120, color_system=None, force_terminal=True)
    bars = LiveBars(PLAN, console, time)

    for at, event in upload_story(3):
        time.now = at
        bars(event)

    took = "300 MB of 300 MB  in 2 min  3.0 MB/s  3 of 3 files verified"
    assert f"Dataset/support-chat                 uploaded  100 %  {took}\n" == out.getvalue()


def test_names_of_files_cannot_move_the_cursor() -> None:
    story = [(at, event) for at, event in upload_story(2)][:1]
    (at, event) = story[0]
    assert event.transfer is not None
    evil = Event(
        event.type, event.ref, event.text, event.verb, event.done, event.total,
        transfer=type(event.transfer)("a\x1b[2Jb", 1, 10, files=2),
    )  # fmt: skip

    assert "\x1b[2J" not in drawn([(at, evil)])


def test_the_terminal_is_free_again_after_the_block() -> None:
    out = io.StringIO()
    console = Console(file=out, force_terminal=True, width=120, color_system=None)

    with live_bars(PLAN, console) as listener:
        listener(moving(40))
        listener(Event(EventType.FAILED, ROWS, "files are still missing"))

    assert "failed: files are still missing" in out.getvalue()
    assert "\x1b[?25h" in out.getvalue()


def _checked(event: Event) -> bool:
    return event.transfer is not None and bool(event.transfer.checked)
