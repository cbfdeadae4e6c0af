"""One limiter for all workers: a 429 that one of them hears slows every one."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from reconciler.api.clock import Clock

STORM_INTERVAL = 1.0  # seconds between any two requests while answers are 429 (F9: <= 1/s in all)
RECOVERED = 0.05  # below this an interval is no limit any more


class Limiter:
    """Says when the next request may go out; open until the first 429."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._interval = 0.0
        self._next = 0.0

    def wait(self) -> None:
        """Return when this request may be sent."""
        while (pause := self._claim()) > 0:
            self._clock.sleep(pause)

    def throttled(self, delay: float) -> None:
        """A 429 was heard: nobody sends for ``delay`` seconds, then at most one a second."""
        with self._lock:
            self._interval = STORM_INTERVAL
            self._next = max(self._next, self._clock.now() + max(delay, STORM_INTERVAL))

    def accepted(self) -> None:
        """An answer that is no 429: each one halves the interval until it is gone."""
        if self._interval:
            with self._lock:
                self._interval /= 2
                if self._interval < RECOVERED:
                    self._interval = 0.0

    def _claim(self) -> float:
        if not self._next:
            return 0.0  # never throttled: no lock on the hot path
        with self._lock:
            now = self._clock.now()
            if self._next > now:
                return self._next - now
            self._next = now + self._interval
            return 0.0
