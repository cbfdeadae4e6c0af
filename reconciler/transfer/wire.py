"""A request's head as bytes, and a socket as what ``http.client`` reads an answer from."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from urllib.parse import SplitResult

    from _typeshed import WriteableBuffer

DEFAULT_PORTS = {"http": 80, "https": 443}


def request_head(method: str, parts: SplitResult, headers: Mapping[str, str]) -> bytes:
    """Ready to be sent. Raises ValueError for what would not stay on its line."""
    host = parts.netloc.removesuffix(f":{DEFAULT_PORTS.get(parts.scheme)}")
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    lines = [f"{method} {target} HTTP/1.1", f"Host: {host}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    if not all(line.isascii() and line.isprintable() for line in lines):
        raise ValueError("a header holds a control character")
    return "\r\n".join([*lines, "", ""]).encode()


class Incoming(io.RawIOBase):
    """Bytes as ``take`` puts them into a buffer; what ends the stream leaves the socket open."""

    def __init__(self, take: Callable[[WriteableBuffer], int]) -> None:
        self._take = take

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        return self._take(buffer)

    def makefile(self, _mode: str) -> io.BufferedReader:
        """What ``HTTPResponse`` asks of a socket."""
        return io.BufferedReader(self)
