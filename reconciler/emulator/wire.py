"""HTTP/1.1 on a socket: request heads, bodies of known length or chunked, answers."""

from __future__ import annotations

import http.client
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO
from urllib.parse import parse_qs

if TYPE_CHECKING:
    from collections.abc import Callable

    from reconciler.emulator.call import Answer

LONGEST_LINE = 65_536


class ClientGoneError(Exception):
    """The client closed the connection before its request was whole."""


class BadRequestError(Exception):
    """What came is no HTTP."""


@dataclass(frozen=True, slots=True)
class Head:
    """A request line and its headers. path: still quoted. headers: lower-case names."""

    method: str
    path: str
    query_text: str
    headers: dict[str, str]

    @property
    def query(self) -> dict[str, list[str]]:
        """Every value of every query parameter."""
        return parse_qs(self.query_text, keep_blank_values=True)


def read_head(stream: BinaryIO) -> Head | None:
    """The next request on a connection, None when it is closed. Raises BadRequestError."""
    line = stream.readline(LONGEST_LINE + 1)
    if not line:
        return None
    parts = line.decode("latin-1").split()
    if len(parts) != 3 or not parts[2].startswith("HTTP/1."):
        raise BadRequestError(f"bad request line {line[:80]!r}")
    path, _, query = parts[1].partition("?")
    return Head(parts[0], path, query, _headers(stream))


def _headers(stream: BinaryIO) -> dict[str, str]:
    headers: dict[str, str] = {}
    while True:
        line = stream.readline(LONGEST_LINE + 1)
        if line in (b"\r\n", b"\n"):
            return headers
        name, colon, value = line.decode("latin-1").partition(":")
        if not colon:
            raise BadRequestError("bad header line")
        key = name.strip().lower()
        headers[key] = f"{headers[key]}, {value.strip()}" if key in headers else value.strip()


class Body:
    """A request body, read in pieces; `length` is None when it is chunked or absent."""

    def __init__(self, stream: BinaryIO, head: Head, proceed: Callable[[], None]) -> None:
        """proceed: called before the first read when the client waits for `100 Continue`."""
        self._stream = stream
        self._proceed = proceed if "100-continue" in head.headers.get("expect", "") else None
        self.chunked = "chunked" in head.headers.get("transfer-encoding", "").lower()
        text = head.headers.get("content-length", "")
        if text and not text.isdigit():
            raise BadRequestError("bad Content-Length")
        self.length = int(text) if text and not self.chunked else None
        self._left = self.length or 0
        self._done = not self.chunked and not self._left
        self._allowed: int | None = None
        self._wait: Callable[[], object] = lambda: None
        self.received = 0

    def break_after(self, count: int, wait: Callable[[], object] = lambda: None) -> None:
        """Behave as if the client vanished after `count` bytes of the body, and `wait` before."""
        self._allowed = count
        self._wait = wait

    def read(self, size: int) -> bytes:
        """At most `size` bytes, empty at the end. Raises ClientGoneError."""
        if self._allowed is None:
            return self._read(size)
        if not self._allowed:
            self._wait()
            raise ClientGoneError
        data = self._read(min(size, self._allowed))
        self._allowed -= len(data)
        return data

    def _read(self, size: int) -> bytes:
        if self._done:
            return b""
        if self._proceed is not None:
            self._proceed()
            self._proceed = None
        if self.chunked and not self._left and not self._next_chunk():
            return b""
        try:
            data = self._stream.read(min(size, self._left))
        except OSError:
            # A killed client resets the connection rather than closing it.
            data = b""
        if not data:
            raise ClientGoneError
        self._left -= len(data)
        self.received += len(data)
        if not self.chunked and not self._left:
            self._done = True
        elif self.chunked and not self._left:
            self._stream.readline(LONGEST_LINE)
        return data

    def _next_chunk(self) -> bool:
        line = self._stream.readline(LONGEST_LINE)
        try:
            self._left = int(line.split(b";")[0], 16)
        except ValueError:
            raise ClientGoneError from None
        if self._left:
            return True
        while self._stream.readline(LONGEST_LINE) not in (b"\r\n", b"\n", b""):
            pass
        self._done = True
        return False

    def read_all(self, limit: int) -> bytes:
        """The whole body. Raises BadRequestError above `limit` bytes."""
        pieces, total = [], 0
        while piece := self.read(1 << 20):
            pieces.append(piece)
            total += len(piece)
            if total > limit:
                raise BadRequestError("the request body is too large")
        return b"".join(pieces)

    def drain(self) -> None:
        """Read what is left, so that the answer can be read and the connection be used again."""
        if self._proceed is not None:
            # The client waits for leave to send: it gets the answer instead.
            self._done = True
        while self.read(1 << 20):
            pass


def head_bytes(answer: Answer, length: int | None, *, close: bool) -> bytes:
    """Status line and headers. length: None leaves Content-Length out."""
    reason = http.client.responses.get(answer.status, "Unknown")
    lines = [f"HTTP/1.1 {answer.status} {reason}"]
    lines += [f"{name}: {value}" for name, value in answer.headers.items()]
    if length is not None:
        lines.append(f"Content-Length: {length}")
    if close:
        lines.append("Connection: close")
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1", "replace")
