"""A storage that keeps nothing: takes PUTs and resumable sessions as GCS does, and counts bytes.

A process of its own: ``python -m benchmarks.storage_sink --rate 50e6 --latency 0.02``. It prints
its port; every line on stdin is answered with the bytes of bodies taken so far; at the end of
stdin it ends.
"""

from __future__ import annotations

import argparse
import itertools
import socketserver
import ssl
import sys
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    import socket
    from collections.abc import Mapping

BLOCK = 1 << 20  # bytes a read on a free link
SLICE = 1 << 16  # bytes a read on a limited one: small, so that the pace is even
END = b"\r\n\r\n"


@dataclass(frozen=True, slots=True)
class Limits:
    """``latency``: seconds until an answer; ``rate``: bytes a second of one connection, 0: any."""

    latency: float = 0.0
    rate: float = 0.0


class Sessions:
    """Bytes taken in all, and by each resumable session."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._numbers = itertools.count(1)
        self._held: dict[str, int] = {}
        self.taken = 0

    def open(self) -> str:
        with self._lock:
            name = f"session-{next(self._numbers)}"
            self._held[name] = 0
            return name

    def held(self, name: str) -> int:
        return self._held.get(name, 0)

    def add(self, count: int, name: str) -> None:
        with self._lock:
            self.taken += count
            if name in self._held:
                self._held[name] += count


class Connection(socketserver.BaseRequestHandler):
    """One connection: requests one after the other, bodies read at the link's pace."""

    server: Sink

    def handle(self) -> None:
        self._limits, self._sessions = self.server.limits, self.server.sessions
        self._buffer = bytearray(SLICE if self._limits.rate else BLOCK)
        time.sleep(self._limits.latency)  # the handshake's round trip
        with suppress(OSError):
            self._socket = cast("socket.socket", self.request)
            if self.server.tls is not None:
                time.sleep(self._limits.latency)  # and that of TLS
                self._socket = self.server.tls.wrap_socket(self._socket, server_side=True)
            while self._exchange():
                pass

    def _exchange(self) -> bool:
        head, rest = self._head()
        if not head:
            return False
        method, target, headers = _parse(head)
        session = target.partition("upload_id=")[2]
        if headers.get("expect") == "100-continue":
            self._say("100 Continue", {})
        length = int(headers.get("content-length", "0"))
        self._swallow(length, rest, session)
        status, answer = self._answer(method, target, headers, session)
        self._say(status, {**answer, "Content-Length": "0"})
        return headers.get("connection") != "close"

    def _head(self) -> tuple[bytes, int]:
        """A request's head, and how many bytes of its body came with it."""
        received = b""
        while END not in received:
            more = self._socket.recv(1 << 16)
            if not more:
                return b"", 0
            received += more
        head, _, rest = received.partition(END)
        return head, len(rest)

    def _swallow(self, length: int, already: int, session: str) -> None:
        due, left = time.monotonic(), length - already
        while left > 0:
            count = self._socket.recv_into(self._buffer, min(left, len(self._buffer)))
            if not count:
                break
            left -= count
            if self._limits.rate:
                due = max(due + count / self._limits.rate, time.monotonic() - 0.01)
                time.sleep(max(0.0, due - time.monotonic()))
        self._sessions.add(length - left, session)
        if left > 0:
            raise ConnectionError("the body ended early")

    def _answer(
        self, method: str, target: str, headers: Mapping[str, str], session: str
    ) -> tuple[str, dict[str, str]]:
        if method == "POST" and headers.get("x-goog-resumable") == "start":
            place = f"{self.server.origin}{target.partition('?')[0]}"
            return "201 Created", {"Location": f"{place}?upload_id={self._sessions.open()}"}
        total = headers.get("content-range", "").rpartition("/")[2]
        held = self._sessions.held(session)
        if session and total != str(held):
            return "308 Resume Incomplete", {"Range": f"bytes=0-{held - 1}"} if held else {}
        size = total or headers.get("content-length", "0")
        return "200 OK", {"x-goog-stored-content-length": size}

    def _say(self, status: str, headers: Mapping[str, str]) -> None:
        time.sleep(self._limits.latency)
        lines = [f"HTTP/1.1 {status}", *(f"{name}: {value}" for name, value in headers.items())]
        self._socket.sendall("\r\n".join(lines).encode() + END)


def _parse(head: bytes) -> tuple[str, str, dict[str, str]]:
    first, *lines = head.decode("latin-1").split("\r\n")
    method, target, _ = first.split(" ", 2)
    pairs = (line.partition(":") for line in lines)
    return method, target, {name.lower(): value.strip() for name, _, value in pairs}


class Sink(socketserver.ThreadingTCPServer):
    """Listens on loopback; over TLS when it is given a certificate."""

    daemon_threads = True
    request_queue_size = 256

    def __init__(self, limits: Limits, tls: ssl.SSLContext | None) -> None:
        super().__init__(("127.0.0.1", 0), Connection)
        self.limits, self.tls, self.sessions = limits, tls, Sessions()
        scheme = "https" if tls else "http"
        self.origin = f"{scheme}://127.0.0.1:{self.server_address[1]}"


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--certificate", help="file with key and certificate, for TLS")
    parser.add_argument("--latency", type=float, default=0.0)
    parser.add_argument("--rate", type=float, default=0.0)
    arguments = parser.parse_args()
    tls = None
    if arguments.certificate:
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(arguments.certificate)
    with Sink(Limits(arguments.latency, arguments.rate), tls) as sink:
        threading.Thread(target=sink.serve_forever, args=(0.05,), daemon=True).start()
        print(sink.origin, flush=True)
        for _ in sys.stdin:
            print(sink.sessions.taken, flush=True)
        sink.shutdown()


if __name__ == "__main__":
    main()
