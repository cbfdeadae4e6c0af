"""SIGINT and SIGTERM: the first stops in good order, the second at once."""

from __future__ import annotations

import os
import signal
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class StopSwitch:
    """``event`` is set by the first signal; ``signal_number`` is that signal, 0 before it."""

    def __init__(self) -> None:
        self.event = threading.Event()
        self.signal_number = 0

    def handle(self, number: int, _frame: FrameType | None) -> None:
        if self.signal_number:
            os._exit(128 + number)
        self.signal_number = number
        self.event.set()

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
