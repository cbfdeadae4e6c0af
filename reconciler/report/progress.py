"""An apply as plain lines, for logs: one for each change of state, and a heartbeat."""

from __future__ import annotations

import re
import threading
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from reconciler.execute.event import EventType
from reconciler.report.escape import escape
from reconciler.report.pace import Paces
from reconciler.report.transfer_text import (
    amount,
    earlier_text,
    files_text,
    joined,
    rest_text,
    speed_text,
    took_text,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import TextIO

    from reconciler.execute.event import Event, Listener
    from reconciler.plan.plan import Plan
    from reconciler.ref import ResourceRef

HEARTBEAT = 30.0  # seconds without a line before progress is told again
LOOK = 5.0  # seconds between two looks whether somebody has been quiet for so long
NUMBER = re.compile(r"[0-9].*")
WORDS = {EventType.FAILED: "failed: ", EventType.NOTICE: "note: "}
# After these the last progress is of the past: no heartbeat tells it again.
OVER = (EventType.STEP, EventType.DONE, EventType.FAILED, EventType.SKIPPED)


def _wall_clock() -> str:
    return time.strftime("%H:%M:%S")


@dataclass(slots=True)
class _Told:
    """The last progress of a resource, and when its last line was written."""

    event: Event
    since: float
    state: str | None = None
    at: float = 0.0
    paces: Paces = field(default_factory=Paces)


class ProgressLines:
    """A listener that writes ``14:05:02 [1/4] Dataset/support  uploading  31 %  128 MB of 412 MB``.

    ``now`` is in seconds and only goes forward; ``stamp`` gives the time of day for a line. An
    upload of many files has no line for each: its lines count them.
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
        self._lock = threading.Lock()  # the heartbeat comes from a thread of its own
        self._told: dict[ResourceRef, _Told] = {}

    def __call__(self, event: Event) -> None:
        with self._lock:
            if event.type is EventType.PROGRESS:
                self._progress(event)
                return
            if event.type in OVER:
                self._told.pop(event.ref, None)
            self._line(event.ref, event_text(event))

    def beat(self) -> None:
        """Tell again what is under way and has been quiet for the time of a heartbeat."""
        with self._lock:
            now = self._now()
            for told in self._told.values():
                if now - told.at >= HEARTBEAT:
                    self._tell(told, now)

    def _progress(self, event: Event) -> None:
        """A new state is told at once, the same one again only as a heartbeat."""
        now = self._now()
        told = self._told.setdefault(event.ref, _Told(event, now))
        told.event = event
        told.paces.saw(event, now)
        state = NUMBER.sub("", event.text)
        if state != told.state or now - told.at >= HEARTBEAT:
            told.state = state
            self._tell(told, now)

    def _tell(self, told: _Told, now: float) -> None:
        told.at = now
        self._line(
            told.event.ref,
            progress_text(told.event, told.paces.rate(told.event, now), now - told.since),
        )

    def _line(self, ref: ResourceRef, text: str) -> None:
        if not text:
            return
        number = self._places.get(ref)
        place = f"[{number}/{len(self._places)}] " if number else ""
        self._write(f"{self._stamp()} {escape(f'{place}{ref!s:<{self._width}}  {text}')}\n")


def event_text(event: Event) -> str:
    """One event in words; "" for what the next event says better."""
    if event.type is EventType.STARTED:
        return ""
    if event.type in (EventType.DONE, EventType.SKIPPED) and event.outcome is not None:
        because = f"because of {event.outcome.because}" if event.outcome.because else ""
        return joined(event.outcome.status.value, because, event.text)
    if event.type is EventType.STEP:
        return event.text or event.verb
    return joined(f"{WORDS.get(event.type, '')}{event.text}", amount(event))


def progress_text(event: Event, rate: float | None, seconds: float) -> str:
    """Progress in words, of bytes with rate, rest and what is verified; ``seconds`` it took yet."""
    transfer = event.transfer
    if transfer is None:
        return joined(event_text(event), rest_text(event, rate))
    whole = transfer.whole == transfer.files
    return joined(
        event_text(event),
        took_text(transfer.moved, seconds) if whole else speed_text(event.done, event.total, rate),
        earlier_text(event),
        files_text(transfer),
    )


@contextmanager
def progress_lines(plan: Plan, stream: TextIO) -> Iterator[Listener]:
    """A listener that writes lines about the plan's pending changes to ``stream``."""

    def write(line: str) -> None:
        stream.write(line)
        stream.flush()

    lines = ProgressLines([change.ref for change in plan.pending], write)
    over = threading.Event()

    def watch() -> None:
        with suppress(OSError, ValueError):  # a log nobody reads any more stops no apply
            while not over.wait(LOOK):
                lines.beat()

    watcher = threading.Thread(target=watch, name="heartbeat", daemon=True)
    watcher.start()
    try:
        yield lines
    finally:
        over.set()
        watcher.join()
