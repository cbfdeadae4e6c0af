"""Time as something that can be handed in: tests bring a clock that never really sleeps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from reconciler import tempo

if TYPE_CHECKING:
    import threading
    from collections.abc import Iterator

FIRST_DELAY = 0.25
LONGEST_DELAY = 30.0  # the upload guide's own interval between two looks
GROWTH = 1.5  # a finished resource is noticed at most half its waiting time late
SECOND_LOOK = 2.0  # fault model R2: absent only when two looks, at least 2 s apart, say so
PAUSES = (1.0, 2.0, 4.0, 8.0, 16.0)  # between the tries of a write whose answers get lost


class Clock(Protocol):
    def now(self) -> float:
        """Seconds on a clock that only goes forward; the zero means nothing."""

    def sleep(self, seconds: float, stop: threading.Event) -> None:
        """Return after ``seconds``, or at once when ``stop`` is set meanwhile."""


class RealClock:
    """The machine's monotonic clock: a wrong wall clock changes no decision."""

    def now(self) -> float:
        return tempo.now()

    def sleep(self, seconds: float, stop: threading.Event) -> None:
        stop.wait(seconds / tempo.tempo())


def delays() -> Iterator[float]:
    """Seconds between two looks, without end: quick at first, half a minute in the end."""
    delay = FIRST_DELAY
    while True:
        yield delay
        delay = min(delay * GROWTH, LONGEST_DELAY)
