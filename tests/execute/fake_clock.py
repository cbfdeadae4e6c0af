"""A clock on which every sleep is over at once."""

from __future__ import annotations

import threading


class FakeClock:
    def __init__(self) -> None:
        self._now = 0.0
        self._lock = threading.Lock()
        self.slept: list[float] = []

    def now(self) -> float:
        return self._now

    def sleep(self, seconds: float, stop: threading.Event) -> None:
        with self._lock:
            if not stop.is_set():
                self._now += seconds
                self.slept.append(seconds)

    def advance(self, seconds: float) -> None:
        with self._lock:
            self._now += seconds
