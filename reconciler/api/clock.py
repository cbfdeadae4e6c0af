"""Waiting as something that can be replaced, and cut short when the run is asked to stop."""

from __future__ import annotations

import threading
from typing import Protocol

from reconciler import tempo
from reconciler.errors import Unavailable


class Clock(Protocol):
    def now(self) -> float:
        """Seconds on a clock that only goes forward."""

    def sleep(self, seconds: float) -> None:
        """Wait. Raises Unavailable when the run was asked to stop meanwhile."""


class RealClock:
    """The monotonic clock; no decision ever rests on the date of this machine (F26)."""

    def __init__(self, stop: threading.Event | None = None) -> None:
        self._stop = stop or threading.Event()

    def now(self) -> float:
        return tempo.now()

    def sleep(self, seconds: float) -> None:
        if self._stop.wait(seconds / tempo.tempo()):
            raise Unavailable("stopped while waiting to try again")
