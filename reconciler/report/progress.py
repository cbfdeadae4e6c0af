"""An apply as plain lines, for logs: one for each change of state, and a heartbeat."""

from __future__ import annotations

import re
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from reconciler.execute.event import EventType
from reconciler.plan.sizes import size_text
from reconciler.report.escape import escape

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import TextIO

    from reconciler.execute.event import Event, Listener
    from reconciler.plan.plan import Plan
    from reconciler.ref import ResourceRef

HEARTBEAT = 30.0  # seconds without a line before progress is told again
PERCENT = 100
NUMBER = re.compile(r"[0-9].*")
WORDS = {EventType.FAILED: "failed: ", EventType.NOTICE: "note: "}


def _wall_clock() -> str:
    return time.strftime("%H:%M:%S")


class ProgressLines:
    """A listener that writes ``14:05:02 [1/4] Dataset/support  uploading  128 MB of 412 MB``.

    ``now`` is in seconds and only goes forward; ``stamp`` gives the time of day for a line.
    """

    def __init__(
        self,
        refs: Sequence[ResourceRef],
        write: Callable[[str], object],
        now: Callable[[], float] = time.monotonic,
        stamp: Callable[[], str] = _wall_clock,
    ) -> None:
        self._places = {ref: number for number, ref in enumerate(refs, start=1)}
        self._width = max((len(str(ref)) for ref in refs), default=0)
        self._write, self._now, self._stamp = write, now, stamp
        self._last: dict[ResourceRef, tuple[str, float]] = {}

    def __call__(self, event: Event) -> None:
        text = event_text(event)
        if not text or not self._due(event):
            return
        number = self._places.get(event.ref)
        place = f"[{number}/{len(self._places)}] " if number else ""
        line = f"{place}{event.ref!s:<{self._width}}  {text}"
        self._write(f"{self._stamp()} {escape(line)}\n")

    def _due(self, event: Event) -> bool:
        """A new state is told at once, the same one again only as a heartbeat."""
        state = f"{event.type.value} {NUMBER.sub('', event.text)}"
        before, at = self._last.get(event.ref, ("", 0.0))
        now = self._now()
        repeated = event.type is EventType.PROGRESS and state == before and now - at < HEARTBEAT
        if not repeated:
            self._last[event.ref] = (state, now)
        return not repeated


def event_text(event: Event) -> str:
    """One event in words; "" for what the next event says better."""
    if event.type is EventType.STARTED:
        return ""
    if event.type in (EventType.DONE, EventType.SKIPPED) and event.outcome is not None:
        because = f"because of {event.outcome.because}" if event.outcome.because else ""
        parts = (event.outcome.status.value, because, event.text)
        return "  ".join(part for part in parts if part)
    if event.type is EventType.STEP:
        return event.text or event.verb
    return f"{WORDS.get(event.type, '')}{event.text}{amount(event)}"


def amount(event: Event) -> str:
    """Bytes of a transfer; a percentage stands in the text already."""
    if event.total in (0, PERCENT):
        return ""
    percent = event.done * PERCENT // event.total
    return f"  {percent} %  {size_text(event.done)} of {size_text(event.total)}"


@contextmanager
def progress_lines(plan: Plan, stream: TextIO) -> Iterator[Listener]:
    """A listener that writes lines about the plan's pending changes to ``stream``."""

    def write(line: str) -> None:
        stream.write(line)
        stream.flush()

    yield ProgressLines([change.ref for change in plan.pending], write)
