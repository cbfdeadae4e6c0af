"""When a connection counts as stalled: no byte has moved, in the kernel's queue either."""

from __future__ import annotations

import fcntl
import struct
import termios
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import socket


class Patience:
    """Runs out ``seconds`` after the last byte that moved.

    What was handed over may lie in the kernel's queue for minutes on a slow link (F34: megabytes
    at 10 kB/s); as long as the peer takes of it, the connection lives.
    """

    def __init__(self, sock: socket.socket, seconds: float) -> None:
        self._sock = sock
        self._seconds = seconds
        self._queued = queued(sock)
        self._end = time.monotonic() + seconds

    def look(self) -> None:
        """Raise TimeoutError when nothing has moved for too long."""
        now, left = time.monotonic(), queued(self._sock)
        if left != self._queued:
            self._queued, self._end = left, now + self._seconds
        elif now >= self._end:
            raise TimeoutError


def queued(sock: socket.socket) -> int:
    """Bytes that the peer has not acknowledged yet; 0 where the system does not tell."""
    try:
        answer = fcntl.ioctl(sock.fileno(), termios.TIOCOUTQ, b"\0" * 4)
    except OSError:
        return 0
    count: int = struct.unpack("i", answer)[0]
    return count
