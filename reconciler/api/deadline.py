"""A wall deadline of our own: httpx counts per read, so a dripping answer would run for ever."""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from reconciler.tempo import tempo

if TYPE_CHECKING:
    from collections.abc import Iterator

_current = threading.local()


class Deadline:
    """A moment on the monotonic clock that every socket call of this thread must keep."""

    __slots__ = ("_end",)

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds / tempo()

    def left(self) -> float:
        """Seconds left; zero or less when it has passed."""
        return self._end - time.monotonic()

    def extend(self, seconds: float) -> None:
        """Count anew from now: bytes of a long body went out, so the peer is alive. ``seconds``
        are the machine's, as every patience of a transfer is."""
        self._end = time.monotonic() + seconds


@contextmanager
def within(seconds: float) -> Iterator[Deadline]:
    """Everything sent and read in this block by this thread ends within so many seconds."""
    before: Deadline | None = getattr(_current, "deadline", None)
    _current.deadline = deadline = Deadline(seconds)
    try:
        yield deadline
    finally:
        _current.deadline = before


def limit(timeout: float | None) -> float | None:
    """The timeout for one socket call: its own, or what is left of the deadline."""
    deadline: Deadline | None = getattr(_current, "deadline", None)
    if deadline is None:
        return timeout
    left = deadline.left()
    return left if timeout is None else min(timeout, left)


def still_moving(seconds: float) -> None:
    """A block of a long body went out: this thread's deadline counts anew from now."""
    deadline: Deadline | None = getattr(_current, "deadline", None)
    if deadline is not None:
        deadline.extend(seconds)
