"""http.client with one reused 1 MiB buffer: no hash, no check, the least that Python must do."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from benchmarks.senders.pool import run

if TYPE_CHECKING:
    from http.client import HTTPConnection
    from pathlib import Path

LOCAL = threading.local()


def send(connection: HTTPConnection, path: Path, _size: int) -> None:
    if not hasattr(LOCAL, "view"):
        LOCAL.view = memoryview(bytearray(1 << 20))
    with path.open("rb", buffering=0) as file:
        while count := file.readinto(LOCAL.view):
            connection.sock.sendall(LOCAL.view[:count])


run(send)
