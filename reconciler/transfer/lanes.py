"""The budget of all transfers of a run: so many connections, one block of 1 MiB on each."""

from __future__ import annotations

import threading
from collections import deque
from contextlib import contextmanager
from typing import TYPE_CHECKING

from reconciler.transfer.connections import TICK_SECONDS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import TracebackType

    from reconciler.transfer.connections import StorageConnection


class Lanes:
    """Lends connections for one request each, first come, first served.

    A file that waits to be tried again holds none, and a large one gives its own back after every
    chunk, so that the small files of another resource get their turn. Entered by every transfer;
    the last to leave closes the connections.
    """

    def __init__(self, count: int, make: Callable[[], StorageConnection]) -> None:
        self._count = max(1, count)
        self._make = make
        self._idle: list[StorageConnection] = []
        self._lent = 0
        self._users = 0
        self._turns: deque[object] = deque()
        self._changed = threading.Condition()

    def __enter__(self) -> Lanes:
        with self._changed:
            self._users += 1
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        with self._changed:
            self._users -= 1
            idle = [] if self._users else self._idle
            self._idle = self._idle if self._users else []
        for connection in idle:
            connection.close()

    @property
    def waiting(self) -> int:
        """How many stand in line."""
        return len(self._turns)

    @contextmanager
    def borrow(self, require_going: Callable[[], None]) -> Iterator[StorageConnection]:
        """A connection, alive from an earlier request where one is; what ``require_going`` raises
        ends the waiting for one."""
        connection = self._claim(require_going)
        try:
            yield connection
        finally:
            with self._changed:
                self._lent -= 1
                self._idle.append(connection)
                self._changed.notify_all()

    def _claim(self, require_going: Callable[[], None]) -> StorageConnection:
        turn = object()
        with self._changed:
            self._turns.append(turn)
            try:
                while self._turns[0] is not turn or self._lent >= self._count:
                    self._changed.wait(TICK_SECONDS)
                    require_going()
            finally:
                self._turns.remove(turn)
                self._changed.notify_all()
            self._lent += 1
            return self._idle.pop() if self._idle else self._make()
