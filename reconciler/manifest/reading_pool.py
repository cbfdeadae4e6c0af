"""Reads many files of rows by several processes, one for each core."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from multiprocessing.connection import Connection, wait
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Iterable

    from reconciler.manifest.reading import Reading
    from reconciler.manifest.reading_worker import Task

_KEPT = ("PATH", "LD_LIBRARY_PATH", "LANG", "LC_ALL", "LC_CTYPE", "SYSTEMROOT")
"""What a process may know of our environment: no secret is among it."""
MOST = 8  # processes: beyond that a disk is the narrow place
_START = (
    "import sys; sys.path[:] = sys.argv[1:]; "
    "from reconciler.manifest.reading_worker import main; main()"
)


def cores() -> int:
    """How many processes may run side by side here; 1 where Python cannot be started again, as in
    a program that it is built into."""
    if not sys.executable:
        return 1
    allowed = getattr(os, "sched_getaffinity", None)
    return min(len(allowed(0)) if allowed else os.cpu_count() or 1, MOST)


def read_all(tasks: Iterable[Task], processes: int) -> dict[Task, Reading]:
    """The readings of these files, the largest first where they are sorted so. A file whose
    process failed is missing: whoever needs it reads it himself. No process outlives the call,
    however it ends."""
    found: dict[Task, Reading] = {}
    left = list(reversed(list(tasks)))
    with _Pool(min(processes, len(left))) as pool:
        while pool.ask(left) or pool.asked:
            found |= pool.answers()
    return found


class _Pool:
    """Processes, each with the task that it was asked last."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._processes: list[subprocess.Popen[bytes]] = []
        self._idle: list[Connection] = []
        self.asked: dict[Connection, Task] = {}

    def __enter__(self) -> Self:
        try:
            for _ in range(self._size):
                self._start()
        except OSError:  # no more processes: those that are there will do
            pass
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        for process in self._processes:
            process.kill()
        for process in self._processes:
            process.wait()
        for connection in (*self._idle, *self.asked):
            connection.close()

    def _start(self) -> None:
        """Raises OSError. In a group of its own: an interrupt from a terminal reaches us alone,
        and we end the others."""
        ours, theirs = socket.socketpair()
        with ours, theirs:
            self._processes.append(
                subprocess.Popen(  # noqa: S603  our own program
                    [sys.executable, "-P", "-c", _START, *sys.path],
                    stdin=theirs.fileno(),
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                    env={name: os.environ[name] for name in _KEPT if name in os.environ},
                    process_group=0,
                )
            )
            self._idle.append(Connection(ours.detach()))

    def ask(self, tasks: list[Task]) -> bool:
        """Give the last of ``tasks`` to whoever waits for one; False when nobody could take any."""
        asked = False
        while tasks and self._idle:
            connection = self._idle.pop()
            try:
                connection.send(tasks[-1])
            except OSError:
                connection.close()
                continue
            self.asked[connection] = tasks.pop()
            asked = True
        return asked

    def answers(self) -> dict[Task, Reading]:
        """Of those who have answered; waits for one at least."""
        found = {}
        for connection in [one for one in wait(list(self.asked)) if isinstance(one, Connection)]:
            task = self.asked.pop(connection)
            try:
                found[task] = connection.recv()
            except (EOFError, OSError):
                connection.close()
            else:
                self._idle.append(connection)
        return found
