"""Time as the emulator sees it: real, or moved by hand in tests."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """A source of the present moment."""

    def now(self) -> float:
        """Seconds since the epoch."""

    def advance(self, seconds: float) -> None:
        """Move time forward, where it can be moved. Raises TypeError where it cannot."""


class RealClock:
    """The wall clock of this machine."""

    def now(self) -> float:
        return time.time()

    def advance(self, seconds: float) -> None:
        """Refuse: real time cannot be moved. Raises TypeError."""
        raise TypeError(f"real time cannot be advanced by {seconds} s: use a ManualClock")


class ManualClock:
    """A clock that stands still until it is advanced."""

    def __init__(self, start: float = 1_767_225_600.0) -> None:
        """start: seconds since the epoch, by default 2026-01-01T00:00:00Z."""
        self._now = start
        self._lock = threading.Lock()

    def now(self) -> float:
        with self._lock:
            return self._now

    def advance(self, seconds: float) -> None:
        """Move time forward by `seconds`."""
        with self._lock:
            self._now += seconds


class Stamps:
    """Timestamps that never repeat, so that a re-created resource has another createTime."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._last = 0
        self._lock = threading.Lock()

    def next(self) -> str:
        """The present as RFC 3339 in UTC with microseconds, at least 1 µs after the last one."""
        with self._lock:
            self._last = max(int(self._clock.now() * 1_000_000), self._last + 1)
            return rfc3339(self._last)


def rfc3339(microseconds: int) -> str:
    """`microseconds` since the epoch as `2026-01-02T03:04:05.678901Z`."""
    seconds, fraction = divmod(microseconds, 1_000_000)
    moment = datetime.fromtimestamp(seconds, UTC)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{fraction:06d}Z"


def epoch(text: str) -> float:
    """Seconds since the epoch of an RFC 3339 text. Raises ValueError."""
    return datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()
