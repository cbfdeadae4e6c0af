"""Connections to the storage, one a worker, kept alive: they never know the API key."""

from __future__ import annotations

import select
import ssl
import threading
import time
from http.client import HTTPException, HTTPResponse
from typing import TYPE_CHECKING, TypeVar, cast
from urllib.parse import urlsplit

from reconciler.api.tls_trouble import tls_trouble
from reconciler.errors import ContentError
from reconciler.transfer.open_connection import open_connection
from reconciler.transfer.patience import Patience
from reconciler.transfer.wire import Incoming, request_head

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable, Mapping
    from urllib.parse import SplitResult

    from _typeshed import WriteableBuffer

_T = TypeVar("_T")

STALL_SECONDS = 60.0  # without a single byte moving (F34: progress counts, not the total)
TICK_SECONDS = 0.5  # how often a wait looks whether the run was asked to stop (F15: 5 s to exit)
SLOWEST = 1000  # bytes a second below which an answer only drips; F34's slow link carries ten times
FRESH_SECONDS = 1.0  # after an answer in which nobody hangs up on an idle connection


class Broken(Exception):
    """The connection failed, stalled or said nonsense; the text says which."""

    def __init__(self, text: str, *, stalled: bool = False) -> None:
        super().__init__(text)
        self.stalled = stalled  # no use to look for an answer


class StorageConnection:
    """One worker's connection; it follows no redirect and adds no header of its own."""

    def __init__(
        self, stall_seconds: float = STALL_SECONDS, stop: threading.Event | None = None
    ) -> None:
        """``stop``, once set, breaks whatever is under way within half a second."""
        self._stall = stall_seconds
        self._tick = min(TICK_SECONDS, stall_seconds)
        self._stop = stop or threading.Event()
        self._address: tuple[str, str] | None = None
        self._sock: socket.socket | None = None
        self._method, self._head = "", b""
        self._last = False  # the storage said that it closes the connection after this answer
        self._used = 0.0
        self._until = 0.0  # when what is being read must have come; 0 before its first byte

    def start(self, method: str, url: str, headers: Mapping[str, str]) -> None:
        """Connect; the head goes out together with the first block, or when the answer is read.

        Raises Broken; ContentError for a certificate that does not fit, which no other try makes
        better.
        """
        parts = urlsplit(url)
        try:
            self._connect(parts)
        except (OSError, HTTPException) as error:
            tls = tls_trouble(error)
            if tls is not None and tls.final:
                self.close()
                raise ContentError(f"{parts.hostname}: {tls.why}", tls.hint) from error
            raise self.fail(error) from error
        self._method, self._head = method, request_head(method, parts, headers)

    def send(self, block: bytes) -> None:
        """Send all of a block; each piece that moves starts the stall clock anew.

        ``sendall`` would count its timeout for the whole block, and cut slow links. Raises Broken;
        the connection stays open then, for an answer may lie in it.
        """
        sock = self._socket()
        try:
            view = memoryview(block)[self._send_head(sock, block) :]
            while view:
                view = view[self._patiently(sock, sock.send, view) :]
        except OSError as error:
            raise self._broken(error) from error

    def _send_head(self, sock: socket.socket, block: bytes) -> int:
        """Send the head if it is still due; how many bytes of the block went with it.

        One system call for both: after each one eight threads change hands. TLS knows no such call.
        """
        head, self._head = self._head, b""
        if not head:
            return 0
        if isinstance(sock, ssl.SSLSocket):
            sent = self._patiently(sock, sock.send, head)
        else:
            sent = self._patiently(sock, sock.sendmsg, (head, block))
        while sent < len(head):
            sent += self._patiently(sock, sock.send, head[sent:])
        return sent - len(head)

    def _patiently(self, sock: socket.socket, move: Callable[[_T], int], what: _T) -> int:
        """What ``move`` says it moved; looks up from waiting to see whether to stop."""
        patience: Patience | None = None
        while True:
            try:
                return move(what)
            except (TimeoutError, BlockingIOError):
                # Only who waits needs patience: TLS takes a block in dozens of pieces.
                patience = patience or Patience(sock, self._stall)
                patience.look()
                self._require_going()

    def answer_is_early(self) -> bool:
        """Whether the storage has spoken before the body ended: it has refused it.

        Over TLS nobody can tell: a session ticket makes the socket readable just as well.
        """
        sock = self._socket()
        return not isinstance(sock, ssl.SSLSocket) and _readable(sock)

    def answer(self) -> HTTPResponse:
        """The answer's head; its body is still to be read. Raises Broken."""
        sock = self._socket()
        self._until = 0.0
        try:
            self._send_head(sock, b"")
            incoming = cast("socket.socket", Incoming(self._take_in))
            response = HTTPResponse(incoming, method=self._method)
            response.begin()
        except (OSError, HTTPException) as error:
            raise self.fail(error) from error
        self._last = response.will_close
        self._used = time.monotonic()
        return response

    def _take_in(self, buffer: WriteableBuffer) -> int:
        """Bytes of the answer. A drip moves bytes too, so patience alone would last for ever: once
        the answer has begun it must be through by a wall deadline (F6)."""
        sock = self._socket()
        count = self._patiently(sock, sock.recv_into, buffer)
        now = time.monotonic()
        self._until = self._until or now + self._stall
        if now > self._until:
            self.close()
            raise Broken("the answer arrives too slowly", stalled=True)
        return count

    def _require_going(self) -> None:
        if self._stop.is_set():
            raise Broken("stopped", stalled=True)

    def read(self, response: HTTPResponse, count: int) -> bytes:
        """At most so many bytes of the answer's body, b"" at its end. Raises Broken."""
        length = count if response.length is None else min(count, response.length)
        self._until = time.monotonic() + self._stall + length / SLOWEST
        try:
            return response.read(count)
        except (OSError, HTTPException) as error:
            raise self.fail(error) from error

    def close(self) -> None:
        if self._sock is not None:
            self._sock.close()
            self._sock = None

    def fail(self, error: Exception) -> Broken:
        """Give the connection up and say why in words without the URL."""
        self.close()
        return self._broken(error)

    def _broken(self, error: Exception) -> Broken:
        if isinstance(error, TimeoutError):
            return Broken(f"no byte moved for {self._stall:g} s", stalled=True)
        tls = tls_trouble(error)
        said = tls.why if tls else getattr(error, "strerror", None)
        return Broken(said or type(error).__name__)

    def _socket(self) -> socket.socket:
        if self._sock is None:
            raise Broken("the connection is closed")
        return self._sock

    def _connect(self, parts: SplitResult) -> None:
        """Keep the open connection if it leads there and lives; else open one."""
        address = (parts.scheme, parts.netloc)
        if self._sock is not None and (self._address != address or self._gone(self._sock)):
            self.close()
        if self._sock is None:
            self._sock, self._address = open_connection(parts, self._stall, self._tick), address

    def _gone(self, sock: socket.socket) -> bool:
        """Whether the peer closed the idle connection, or speaks without having been asked."""
        if self._last:
            return True
        if time.monotonic() - self._used < FRESH_SECONDS or not _readable(sock):
            return False
        return not isinstance(sock, ssl.SSLSocket) or not _only_a_ticket(sock)


def _readable(sock: socket.socket) -> bool:
    poller = select.poll()
    poller.register(sock, select.POLLIN)
    return bool(poller.poll(0))


def _only_a_ticket(sock: ssl.SSLSocket) -> bool:
    """Whether what lies in an idle TLS connection is protocol, not data and not its end."""
    timeout = sock.gettimeout()
    sock.settimeout(0)
    try:
        sock.recv(1)
    except ssl.SSLWantReadError:
        return True
    except OSError:
        return False
    finally:
        sock.settimeout(timeout)
    return False
