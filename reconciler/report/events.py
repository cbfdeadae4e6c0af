"""An apply as JSON lines (schemas/events.schema.json): the first is version, the last a summary."""

from __future__ import annotations

import json
import time
from collections import Counter
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from reconciler.canonical import harmless
from reconciler.errors import UsageError
from reconciler.execute.event import EventType
from reconciler.execute.exit_code import exit_code as exit_code_of
from reconciler.execute.outcome import Status
from reconciler.report.counts import summary
from reconciler.report.diagnostics import diagnostic_document
from reconciler.report.json_plan import plan_document
from reconciler.version import VERSION

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from types import TracebackType
    from typing import TextIO

    from reconciler.execute.event import Event, Transfer
    from reconciler.execute.outcome import Outcome
    from reconciler.plan.plan import Plan
    from reconciler.ref import ResourceRef

SCHEMA_VERSION = "1.0"
PROGRESS_EVERY = 1.0  # seconds between two progress lines of one resource, or one of its files
LEVELS = {
    EventType.FAILED: "error",
    EventType.SKIPPED: "warning",
    EventType.NOTICE: "warning",
}


def event_document(event: Event, action: str | None) -> dict[str, Any]:
    """What one event says, without the frame (``ts``, ``level``, ``seq``) of a line."""
    document: dict[str, Any] = {"type": event.type.value, "ref": str(event.ref)}
    if action is not None:
        document["action"] = action
    if event.verb:
        document["verb"] = event.verb
    if event.text or event.type is EventType.FAILED:
        document["text"] = event.text
    if event.type is EventType.PROGRESS:
        document |= {"done": event.done, "total": event.total}
    if event.transfer is not None:
        document["file"] = _file_document(event.transfer)
    if event.type is EventType.SKIPPED:
        because = event.outcome.because if event.outcome is not None else None
        document["because"] = str(because) if because is not None else None
    return document


def _file_document(transfer: Transfer) -> dict[str, Any]:
    return {
        "name": transfer.key,
        "done": transfer.done,
        "total": transfer.total,
        "checked": transfer.checked or None,
    }


def _utc_now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


class EventLines:
    """A listener that writes each event as one JSON line.

    Progress of a resource, or of one of its files, comes at most once a second, and a file's last
    line always: it says by what its copy was checked.
    """

    def __init__(
        self,
        plan: Plan,
        write: Callable[[str], object],
        now: Callable[[], float] = time.monotonic,
        stamp: Callable[[], str] = _utc_now,
    ) -> None:
        self._plan, self._write, self._now, self._stamp = plan, write, now, stamp
        self._actions = {change.ref: change.action.word for change in plan.changes}
        self._told: dict[tuple[ResourceRef, str], float] = {}
        self._outcomes: list[Outcome] = []
        self._seq = 0
        self._finished = False

    def begin(self) -> None:
        """Version and plan: who writes, where, and what is about to be done."""
        plan = self._plan
        where = {"account": plan.account, "base_url": plan.base_url}
        self._line("info", {"type": "version", "schema": SCHEMA_VERSION, "tool": VERSION, **where})
        digest = plan_document(plan)["digest"]
        self._line("info", {"type": "plan_summary", "summary": summary(plan), "digest": digest})
        for found in plan.diagnostics:
            document = diagnostic_document(found)
            self._line(found.severity.value, {"type": "diagnostic", "diagnostic": document})

    def __call__(self, event: Event) -> None:
        if event.outcome is not None:
            self._outcomes.append(event.outcome)
        if event.type is EventType.PROGRESS and not self._due(event):
            return
        level = LEVELS.get(event.type, "info")
        self._line(level, event_document(event, self._actions.get(event.ref)))

    def finish(self, exit_code: int | None = None, outcomes: Sequence[Outcome] = ()) -> None:
        """The last line, once; without an exit code it is judged from the outcomes seen."""
        if self._finished:
            return
        self._finished = True
        found = list(outcomes) or self._outcomes
        code = exit_code_of(found, self._plan) if exit_code is None else exit_code
        numbers = Counter(outcome.status for outcome in found)
        counts = {status.value: numbers[status] for status in Status}
        level = "info" if code == 0 else "warning" if Status.FAILED not in numbers else "error"
        self._line(level, {"type": "apply_summary", "outcomes": counts, "exit_code": code})

    def _due(self, event: Event) -> bool:
        key, now = (event.ref, event.transfer.key if event.transfer else ""), self._now()
        if event.transfer is not None and event.transfer.checked:
            self._told.pop(key, None)
            return True
        due = key not in self._told or now - self._told[key] >= PROGRESS_EVERY
        if due:
            self._told[key] = now
        return due

    def _line(self, level: str, document: dict[str, Any]) -> None:
        self._seq += 1
        frame = {"type": document.pop("type"), "ts": self._stamp(), "level": level}
        self._write(harmless(json.dumps({**frame, "seq": self._seq, **document})) + "\n")


class EventFile:
    """EventLines into a file, a line at a time, so that a reader can follow it."""

    def __init__(self, path: str, plan: Plan) -> None:
        self._path, self._plan = path, plan

    def __enter__(self) -> EventLines:
        try:
            self._file: TextIO = open(self._path, "w", encoding="utf-8", buffering=1)
        except OSError as error:
            raise UsageError(f"cannot write events to {self._path}: {error.strerror}") from None
        self._lines = EventLines(self._plan, self._file.write)
        self._lines.begin()
        return self._lines

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        # A disk that fills up must not change how the run ended: the file ends early, and says so
        # by having no apply_summary.
        with suppress(OSError), self._file:
            self._lines.finish()
