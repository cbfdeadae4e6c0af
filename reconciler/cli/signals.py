"""SIGINT, SIGTERM, SIGHUP: the first stops in good order within 5 s, the second at once."""

from __future__ import annotations

import os
import signal
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

from reconciler.errors import Interrupted

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
LAST_MOMENT = 4.8  # seconds after the first signal: 5 is the promise, a CI runner kills at 7.5


class StopSwitch:
    """``event`` is set by the first signal; ``signal_number`` is that signal, 0 before it."""

    def __init__(self) -> None:
        self.event = threading.Event()
        self.signal_number = 0
        self._breaks_off = False

    def handle(self, number: int, _frame: FrameType | None) -> None:
        if self.signal_number:
            os._exit(self.exit_code if number == signal.SIGALRM else 128 + number)
        self.signal_number = number
        # Whatever hangs then (a read, a full pipe, a lock that this handler itself may meet) must
        # not outlast the grace: the alarm ends the process. No thread may be started here.
        signal.signal(signal.SIGALRM, self.handle)
        signal.setitimer(signal.ITIMER_REAL, LAST_MOMENT)
        self.event.set()
        if self._breaks_off:
            raise Interrupted(number)

    @contextmanager
    def breaking_off(self) -> Iterator[None]:
        """Within the block, which only reads, a signal raises Interrupted in the main thread."""
        self._breaks_off = True
        try:
            if self.signal_number:
                raise Interrupted(self.signal_number)
            yield
        finally:
            self._breaks_off = False

    @property
    def exit_code(self) -> int:
        return 128 + self.signal_number


@contextmanager
def stop_on_signals() -> Iterator[StopSwitch]:
    """Within the block a signal sets the switch instead of raising."""
    switch = StopSwitch()
    before = {number: signal.signal(number, switch.handle) for number in SIGNALS}
    try:
        yield switch
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
