"""os.sendfile: the kernel moves the bytes; only where nothing encrypts or hashes them."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from benchmarks.senders.pool import run

if TYPE_CHECKING:
    from http.client import HTTPConnection
    from pathlib import Path


def send(connection: HTTPConnection, path: Path, size: int) -> None:
    start, out = 0, connection.sock.fileno()
    with path.open("rb", buffering=0) as file:
        while start < size:
            start += os.sendfile(out, file.fileno(), start, size - start)


run(send)
