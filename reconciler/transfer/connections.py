"""Connections to the storage, one a worker, kept alive: they never know the API key."""

from __future__ import annotations

import select
import ssl
import threading
from http.client import HTTPException
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from reconciler.errors import ContentError
from reconciler.transfer.open_connection import open_connection
from reconciler.transfer.patience import Patience

if TYPE_CHECKING:
    import socket
    from collections.abc import Mapping
    from http.client import HTTPConnection, HTTPResponse
    from urllib.parse import SplitResult

STALL_SECONDS = 60.0  # without a single byte moving (F34: progress counts, not the total)
TICK_SECONDS = 0.5  # how often a wait looks whether the run was asked to stop (F15: 5 s to exit)


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
        self._http: HTTPConnection | None = None

    def start(self, method: str, url: str, headers: Mapping[str, str]) -> None:
        """Send the request's head. Raises Broken; ContentError for a certificate that does not fit,
        which no other try makes better."""
        parts = urlsplit(url)
        try:
            http = self._open(parts)
            target = parts.path + (f"?{parts.query}" if parts.query else "")
            http.putrequest(method, target, skip_accept_encoding=True)
            for name, value in headers.items():
                http.putheader(name, value)
            http.endheaders()
        except ssl.SSLCertVerificationError as error:
            self.close()
            why = f"the certificate of {parts.hostname} is not trusted: {error.verify_message}"
            raise ContentError(why, "SSL_CERT_FILE may name your own authority") from error
        except (OSError, HTTPException) as error:
            raise self.fail(error) from error

    def send(self, block: bytes) -> None:
        """Send all of a block; each piece that moves starts the stall clock anew.

        ``sendall`` would count its timeout for the whole block, and cut slow links. Raises Broken;
        the connection stays open then, for an answer may lie in it.
        """
        sock = self._socket()
        view = memoryview(block)
        try:
            if sock.gettimeout() != self._tick:  # setting it is a system call for each block
                sock.settimeout(self._tick)
            while view:
                view = view[self._send_some(sock, view) :]
        except OSError as error:
            raise self._broken(error) from error

    def _send_some(self, sock: socket.socket, view: memoryview) -> int:
        """Send what the connection takes; looks up from waiting to see whether to stop."""
        patience: Patience | None = None
        while True:
            try:
                return sock.send(view)
            except TimeoutError:
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
        if self._http is None:
            raise Broken("there is no connection")
        try:
            self._await_answer(self._socket())
            self._http.sock.settimeout(self._stall)
            return self._http.getresponse()
        except (OSError, HTTPException) as error:
            raise self.fail(error) from error

    def _await_answer(self, sock: socket.socket) -> None:
        if _readable(sock, self._tick):
            return
        patience = Patience(sock, self._stall)
        while not _readable(sock, self._tick):
            patience.look()
            self._require_going()

    def _require_going(self) -> None:
        if self._stop.is_set():
            raise Broken("stopped", stalled=True)

    def read(self, response: HTTPResponse, count: int) -> bytes:
        """At most so many bytes of the answer's body, b"" at its end. Raises Broken."""
        try:
            return response.read(count)
        except (OSError, HTTPException) as error:
            raise self.fail(error) from error

    def close(self) -> None:
        if self._http is not None:
            self._http.close()
            self._http = None

    def fail(self, error: Exception) -> Broken:
        """Give the connection up and say why in words without the URL."""
        self.close()
        return self._broken(error)

    def _broken(self, error: Exception) -> Broken:
        if isinstance(error, TimeoutError):
            return Broken(f"no byte moved for {self._stall:g} s", stalled=True)
        return Broken(getattr(error, "strerror", None) or type(error).__name__)

    def _socket(self) -> socket.socket:
        if self._http is None or self._http.sock is None:
            raise Broken("the connection is closed")
        sock: socket.socket = self._http.sock
        return sock

    def _open(self, parts: SplitResult) -> HTTPConnection:
        address = (parts.scheme, parts.netloc)
        if self._http is not None and (self._address != address or self._gone()):
            self.close()
        if self._http is None:
            self._http, self._address = open_connection(parts, self._stall), address
        return self._http

    def _gone(self) -> bool:
        """Whether the peer closed the idle connection, or speaks without having been asked."""
        sock = self._http.sock if self._http else None
        if sock is None:
            return True
        if not _readable(sock):
            return False
        return not isinstance(sock, ssl.SSLSocket) or not _only_a_ticket(sock)


def _readable(sock: socket.socket, seconds: float = 0.0) -> bool:
    poller = select.poll()
    poller.register(sock, select.POLLIN)
    return bool(poller.poll(seconds * 1000))


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
