"""How fast bytes move and how long the rest takes, from what was seen lately."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from reconciler.execute.event import Event

WINDOW = 15.0  # seconds: long enough to be calm, short enough to follow a link that changes
SPACING = 0.5  # seconds between two kept samples: memory does not grow with the events
SETTLED = 1.0  # seconds before a rate is told at all


PERCENT = 100
LONG_WINDOW = 3600.0  # of a job, which tells its percent every now and then


class Pace:
    """Fed with bytes moved so far, or percent; ``now`` is in seconds of a clock that only goes
    forward, ``window`` how many of them count."""

    def __init__(self, window: float = WINDOW) -> None:
        self._window = window
        self._samples: deque[tuple[float, int]] = deque()
        self._latest = (0.0, 0)

    def saw(self, moved: int, now: float) -> None:
        """Less than before means that somebody counts anew."""
        if moved < self._latest[1]:
            self._samples.clear()
        self._latest = (now, moved)
        if not self._samples or now - self._samples[-1][0] >= SPACING:
            self._samples.append(self._latest)
        # The oldest sample but one may be older than the window: it holds its beginning.
        while len(self._samples) > 1 and now - self._samples[1][0] >= self._window:
            self._samples.popleft()

    def rate(self, now: float) -> float | None:
        """Bytes a second; falls to 0 while nothing moves; None while it is too early to tell."""
        if not self._samples:
            return None
        since, moved = self._samples[0]
        if now - since < SETTLED:
            return None
        if now - self._latest[0] >= self._window:
            return 0.0
        return (self._latest[1] - moved) / (now - since)


class Paces:
    """The pace of whatever an event counts: bytes of the last seconds, percent of the last hour."""

    def __init__(self) -> None:
        self._bytes, self._percent = Pace(), Pace(LONG_WINDOW)

    def saw(self, event: Event, now: float) -> None:
        if event.transfer is not None:
            self._bytes.saw(event.transfer.moved, now)
        elif event.total == PERCENT:
            self._percent.saw(event.done, now)

    def rate(self, event: Event, now: float) -> float | None:
        return (self._bytes if event.transfer else self._percent).rate(now)


def left(done: int, total: int, rate: float | None) -> float | None:
    """Seconds until the rest has moved at ``rate``, None when nobody can say."""
    return (total - done) / rate if rate and total > done else None


def seconds_text(seconds: float) -> str:
    """``26 s``, ``4 min``, ``2 h 05 min``: no more digits than an estimate bears."""
    whole = round(seconds)
    if whole < 100:
        return f"{whole} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 100 else f"{minutes // 60} h {minutes % 60:02} min"
