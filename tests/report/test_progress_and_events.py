"""An apply as it happens: plain lines, bars, JSON lines."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING

import pytest
from jsonschema import Draft202012Validator

from reconciler.errors import UsageError
from reconciler.execute.event import Event, EventType
from reconciler.execute.outcome import Outcome, Status
from reconciler.report.events import EventFile, EventLines
from reconciler.report.progress import ProgressLines, progress_lines
from reconciler.schema_files import schema
from tests.report.golden import assert_golden
from tests.report.samples import OUTCOMES, PLAN, ROWS, TUNE
from tests.report.transfers import Time, moving, upload_story

if TYPE_CHECKING:
    from pathlib import Path

TYPES = {
    Status.DONE: EventType.DONE,
    Status.RUNNING: EventType.DONE,
    Status.FAILED: EventType.FAILED,
}
SETTLED = [
    Event(TYPES.get(o.status, EventType.SKIPPED), o.ref, o.detail, outcome=o) for o in OUTCOMES
]
STORY = [
    Event(EventType.STARTED, ROWS, "create"),
    Event(EventType.STEP, ROWS, "upload 1 file, 91 MB", "upload"),
    Event(EventType.PROGRESS, ROWS, "uploading", "upload", 31_000_000, 91_000_000),
    Event(EventType.NOTICE, TUNE, "state X is unknown, so nothing is done", "wait"),
    Event(EventType.PROGRESS, TUNE, "running 38 %, epoch 1", "wait", 38, 100),
    *SETTLED,
]


def lines_of(events: list[Event], every: float = 0.0) -> list[str]:
    written: list[str] = []
    time = Time()
    listener = ProgressLines([ROWS, TUNE], written.append, time, lambda: "14:05:02")
    for event in events:
        listener(event)
        time.now += every
    return written


def log_of(story: list[tuple[float, Event]]) -> list[str]:
    written: list[str] = []
    time = Time()
    listener = ProgressLines([ROWS], written.append, time, lambda: f"{time.now:7.1f}")
    for at, event in story:
        time.now = at
        listener(event)
    return written


def documents(events: list[Event], every: float = 2.0) -> list[dict[str, object]]:
    written: list[str] = []
    time = Time()
    listener = EventLines(PLAN, written.append, time, lambda: "2026-11-22T14:05:02.000Z")
    listener.begin()
    for event in events:
        listener(event)
        time.now += every
    listener.finish()
    return [json.loads(line) for line in written]


def uploading(megabytes: int) -> Event:
    return Event(EventType.PROGRESS, ROWS, "uploading", "upload", megabytes * 1_000_000, 91_000_000)


def test_a_line_has_the_time_the_place_and_the_resource() -> None:
    (line,) = lines_of([uploading(31)])

    start = "14:05:02 [1/2] Dataset/support-chat                 uploading"
    assert line == f"{start}  34 %  31 MB of 91 MB\n"


def test_progress_in_the_same_state_is_told_as_a_heartbeat_only() -> None:
    assert len(lines_of([uploading(n) for n in range(1, 61)], every=1.0)) == 2


def test_a_change_of_state_is_told_at_once() -> None:
    states = [Event(EventType.PROGRESS, TUNE, text) for text in ("pending", "running", "running")]

    assert len(lines_of(states, every=1.0)) == 2


def test_percentages_alone_are_no_change_of_state() -> None:
    states = [Event(EventType.PROGRESS, TUNE, f"running {n} %", "", n, 100) for n in range(9)]

    assert len(lines_of(states, every=1.0)) == 1


def test_a_job_that_tells_its_percent_is_told_with_its_rest() -> None:
    lines = lines_of(
        [Event(EventType.PROGRESS, TUNE, f"running {n} %", "", n, 100) for n in (10, 20, 30)],
        every=600.0,
    )

    assert "running 30 %  eta 70 min" in lines[-1]


def test_a_job_that_begins_anew_has_no_rest_until_it_moves_again() -> None:
    lines = lines_of(
        [Event(EventType.PROGRESS, TUNE, f"running {n} %", "", n, 100) for n in (10, 20, 0)],
        every=600.0,
    )

    assert lines[-1].endswith("running 0 %\n")


def test_a_settled_change_is_told_with_its_status_and_cause() -> None:
    skipped = Outcome(TUNE, Status.SKIPPED, "", because=ROWS)

    (line,) = lines_of([Event(EventType.SKIPPED, TUNE, outcome=skipped)])

    assert line.endswith("skipped  because of Dataset/support-chat\n")


def test_an_upload_is_told_with_rate_and_rest_and_what_is_verified() -> None:
    assert_golden("upload.log", "".join(log_of(upload_story(3))))


def test_an_upload_of_many_files_has_no_more_lines() -> None:
    assert len(log_of(upload_story(1024))) <= 5


def test_an_upload_that_stalls_is_told_so_by_the_heartbeat() -> None:
    written: list[str] = []
    time = Time()
    listener = ProgressLines([ROWS], written.append, time, lambda: "14:05:02")
    for megabytes in (0, 40):
        listener(moving(megabytes))
        time.now += 10.0
    time.now += 30.0

    listener.beat()

    assert written[-1].endswith("uploading  43 %  40 MB of 91 MB  stalled\n")


def test_what_an_earlier_run_sent_is_told_and_makes_no_rate() -> None:
    written: list[str] = []
    time = Time()
    listener = ProgressLines([ROWS], written.append, time, lambda: "14:05:02")
    for megabytes in (40, 60, 70):
        listener(moving(megabytes, earlier=40))
        time.now += 15.0

    assert written[-1].endswith("70 MB of 91 MB  667 kB/s  eta 32 s  40 MB sent earlier\n")


def test_a_heartbeat_comes_only_after_thirty_seconds_without_a_line() -> None:
    written: list[str] = []
    time = Time()
    listener = ProgressLines([ROWS], written.append, time, lambda: "14:05:02")
    listener(moving(1))

    for seconds in (29.0, 1.0, 29.0):
        time.now += seconds
        listener.beat()

    assert len(written) == 2


def test_a_step_that_is_over_has_no_heartbeat() -> None:
    written: list[str] = []
    time = Time()
    listener = ProgressLines([ROWS], written.append, time, lambda: "14:05:02")
    listener(moving(1))
    listener(Event(EventType.STEP, ROWS, "validate", "validate"))
    time.now += 31.0

    listener.beat()

    assert written[-1].endswith("validate\n")


def test_lines_go_to_the_stream_and_are_flushed() -> None:
    stream = io.StringIO()

    with progress_lines(PLAN, stream) as listener:
        for event in STORY:
            listener(event)

    assert "[2/5] SupervisedFineTuningJob/support-bot  running" in stream.getvalue()


def test_text_of_the_platform_cannot_start_a_line_of_its_own() -> None:
    (line,) = lines_of([Event(EventType.FAILED, ROWS, "a\n::error::b")])

    assert line.count("\n") == 1


@pytest.mark.parametrize("document", documents(STORY), ids=lambda d: f"{d['seq']}-{d['type']}")
def test_every_json_line_is_as_its_schema_says(document: dict[str, object]) -> None:
    Draft202012Validator(schema("events")).validate(document)


def test_the_first_json_line_is_the_version_and_the_last_the_summary() -> None:
    types = [document["type"] for document in documents(STORY)]

    assert ("version", "plan_summary", "apply_summary") == (types[0], types[1], types[-1])


def test_the_summary_counts_the_outcomes_and_knows_the_exit_code() -> None:
    last = documents(STORY)[-1]

    assert last["exit_code"] == 4
    assert last["outcomes"] == {
        "done": 2, "running": 1, "waiting": 0, "failed": 1, "skipped": 1, "blocked": 1
    }  # fmt: skip


def test_json_progress_is_told_once_a_second() -> None:
    told = documents([uploading(n) for n in range(1, 11)], every=0.25)

    assert [document["type"] for document in told].count("progress") == 3


def test_json_tells_each_file_once_a_second_and_always_its_end() -> None:
    story = [event for _, event in upload_story(3)]

    told = [d["file"] for d in documents(story, every=0.3) if "file" in d]

    assert_golden("upload.jsonl", "".join(f"{json.dumps(file)}\n" for file in told))


@pytest.mark.parametrize("document", documents([event for _, event in upload_story(2)][:5]))
def test_a_line_about_a_file_is_as_its_schema_says(document: dict[str, object]) -> None:
    Draft202012Validator(schema("events")).validate(document)


def test_a_run_cut_short_still_ends_with_a_summary(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"

    def interrupted() -> None:
        with EventFile(str(path), PLAN) as listener:
            listener(STORY[0])
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()

    assert json.loads(path.read_text().splitlines()[-1])["type"] == "apply_summary"


def test_the_exit_code_given_at_the_end_is_the_one_written(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"

    with EventFile(str(path), PLAN) as listener:
        listener.finish(130, OUTCOMES)

    assert json.loads(path.read_text().splitlines()[-1])["exit_code"] == 130


def test_a_file_that_cannot_be_written_is_wrong_usage(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot write events to"):
        EventFile(str(tmp_path / "no" / "such"), PLAN).__enter__()
