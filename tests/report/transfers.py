"""Uploads as the events and the times at which they come."""

from __future__ import annotations

from reconciler.execute.event import Event, EventType, Transfer
from tests.report.samples import ROWS

MB = 1_000_000
TOTAL = 91 * MB
SIZE = 100 * MB
AT_ONCE = 4  # files that move at a time
SECONDS = 10.0  # that each of them takes
PARTS = 5  # reports of a file, its first and its last included
HASHES = ("crc32c", "md5", "crc32c")


class Time:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def moving(megabytes: int, earlier: int = 0) -> Event:
    """One file of 91 MB has come so far, ``earlier`` of it in an earlier run."""
    done = megabytes * MB
    transfer = Transfer("rows.jsonl", done, TOTAL, moved=done - earlier * MB)
    return Event(EventType.PROGRESS, ROWS, "uploading", "upload", done, TOTAL, transfer=transfer)


def upload_story(count: int) -> list[tuple[float, Event]]:
    """``count`` files of 100 MB, four at a time; the whole takes 100 s whatever the count."""
    reports: list[tuple[float, str, int, str]] = []
    waves = -(-count // AT_ONCE)
    for number in range(count):
        begin = 100.0 * (number // AT_ONCE) / waves
        for part in range(PARTS):
            at = begin + 100.0 * part / (PARTS - 1) / waves + 0.001 * (number % AT_ONCE)
            reports.append((at, f"model-{number:05}", SIZE * part // (PARTS - 1), ""))
        reports.append((at, f"model-{number:05}", SIZE, HASHES[number % len(HASHES)]))
    return _events(sorted(reports, key=lambda report: (report[0], report[3])), count)


def _events(reports: list[tuple[float, str, int, str]], count: int) -> list[tuple[float, Event]]:
    at_file: dict[str, int] = {}
    checked: set[str] = set()
    events = []
    for at, key, done, hash_ in reports:
        at_file[key] = done
        checked |= {key} if hash_ else set()
        moved = sum(at_file.values())
        transfer = Transfer(key, done, SIZE, hash_, moved, len(checked), len(checked), count)
        text = "uploaded" if len(checked) == count else "uploading"
        event = Event(EventType.PROGRESS, ROWS, text, "upload", moved, SIZE * count)
        events.append((at, _with(event, transfer)))
    return events


def _with(event: Event, transfer: Transfer) -> Event:
    return Event(
        event.type, event.ref, event.text, event.verb, event.done, event.total, transfer=transfer
    )
