"""A process that is killed or told to stop at any request; the next apply finishes its work."""

from __future__ import annotations

import signal
import subprocess
import time
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest

from reconciler.emulator.faults import Fault
from tests.faults.judge import Struck, problems
from tests.faults.lab import APPLY, lab
from tests.faults.stories import STORIES, SWEPT
from tests.whole.program import Ran

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.faults.lab import Lab
    from tests.faults.stories import Story, Undisturbed

PATIENCE_SECONDS = 60.0
HELD_SECONDS = 0.3  # how long the struck request stays without an answer after the signal
SAMPLE = {
    "killed before the job is made": ("quickstart", Fault("hang", method="POST", path="Jobs$"), 9),
    "killed after the job is made": (
        "quickstart",
        Fault("hang", method="POST", path="Jobs$", after_commit=True),
        9,
    ),
    "SIGTERM while bytes go": ("upload", Fault("hang", method="PUT"), 15),
    "SIGINT in a delete": ("changes", Fault("hang", method="DELETE", after_commit=True), 2),
    "SIGHUP in an update": ("changes", Fault("hang", method="PATCH"), 1),
}


@pytest.fixture(autouse=True)
def hears_interrupts() -> Iterator[None]:
    """A shell starts what runs in its background with SIGINT ignored, and so would each child be:
    a process that was told to ignore it does."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def cut_short(story: Story, folder: Path, fault: Fault, number: int, expected: Undisturbed) -> Cut:
    """Apply, send the signal while the struck request is in the air, apply again, and judge."""
    with lab(folder, story.project) as it:
        it.fill(expected.before)
        begun = len(it.emulator.requests)
        it.emulator.faults.add(fault)
        ran, seconds = _interrupted(it, number)
        struck = Struck(ran, it.emulator.requests[begun:], -number if number == 9 else 128 + number)
        it.calm()
        if fault.nth % 2:
            it.forget()
        it.run(*APPLY)
        return Cut(list(problems(it, struck, expected)), seconds)


class Cut:
    """What was wrong, and how long the process took to stop."""

    def __init__(self, found: list[str], seconds: float) -> None:
        self.found = found
        self.seconds = seconds


def _interrupted(it: Lab, number: int) -> tuple[Ran, float]:
    happened = it.struck()
    with it.program.start(*APPLY) as child:
        happened.wait(PATIENCE_SECONDS)
        sent = time.monotonic()
        child.send_signal(number)
        with suppress(subprocess.TimeoutExpired):
            child.wait(HELD_SECONDS)
        it.emulator.faults.release()
        out, err = child.communicate(timeout=PATIENCE_SECONDS)
        seconds = time.monotonic() - sent
    ran = Ran(child.returncode, out.decode(), err.decode())
    it.said.append(ran)
    return ran, seconds


@pytest.mark.fault("F14", "F15", "F56")
@pytest.mark.parametrize("case", SAMPLE)
def test_a_run_cut_short_is_finished_by_the_next(
    case: str, told: Callable[[str], Undisturbed], tmp_path: Path
) -> None:
    name, fault, number = SAMPLE[case]

    assert [] == cut_short(STORIES[name], tmp_path, fault, number, told(name)).found


CUTS = {
    "kill -9 before it is carried out": (signal.SIGKILL, False),
    "kill -9 after it is carried out": (signal.SIGKILL, True),
    "SIGTERM": (signal.SIGTERM, None),
    "SIGINT": (signal.SIGINT, None),
}
"""Signals, and whether the request in the air is carried out; None: every other one."""


@pytest.mark.fault("F14", "F15", "F56")
@pytest.mark.sweep
@pytest.mark.parametrize("cut", CUTS)
@pytest.mark.parametrize("name", SWEPT)
def test_a_run_cut_short_at_any_request_is_finished_by_the_next(
    name: str,
    cut: str,
    told: Callable[[str], Undisturbed],
    tmp_path: Path,
    tally: Callable[..., None],
) -> None:
    expected, failures, longest = told(name), {}, 0.0
    number, committed = CUTS[cut]
    for nth in range(1, expected.requests + 1):
        after = nth % 2 == 0 if committed is None else committed
        fault = Fault("hang", nth=nth, after_commit=after)
        one = cut_short(STORIES[name], tmp_path / str(nth), fault, number, expected)
        failures[nth], longest = one.found, max(longest, one.seconds)
    tally(f"any request: {cut}", failures, longest)

    assert {} == {nth: found for nth, found in failures.items() if found}
