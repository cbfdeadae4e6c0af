"""http.client as it reads files by itself: blocks of 8 KiB."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.senders.pool import run

if TYPE_CHECKING:
    from http.client import HTTPConnection
    from pathlib import Path


def send(connection: HTTPConnection, path: Path, _size: int) -> None:
    with path.open("rb") as file:
        connection.send(file)


run(send)
