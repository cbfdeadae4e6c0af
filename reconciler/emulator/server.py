"""The emulator as a server on loopback, to be used in a `with` block."""

from __future__ import annotations

import contextlib
import socket
import socketserver
import threading
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, cast

from reconciler.emulator.account_view import AccountView
from reconciler.emulator.clock import Clock, RealClock
from reconciler.emulator.exchange import Service, serve
from reconciler.emulator.options import Options
from reconciler.emulator.persist import Diary
from reconciler.emulator.platform import new_platform
from reconciler.emulator.resources.accounts import seed_accounts
from reconciler.emulator.resources.registry import collections
from reconciler.emulator.wire import BadRequestError, Body, read_head

if TYPE_CHECKING:
    from types import TracebackType

    from reconciler.emulator.faults import Faults
    from reconciler.emulator.ledger import Observer, RecordedRequest

_CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
_BAD_REQUEST = b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


class _Connection(socketserver.StreamRequestHandler):
    """One connection, kept alive over many requests."""

    disable_nagle_algorithm = True
    # Large reads go straight into the buffer of a piece.
    rbufsize = 1 << 18

    def handle(self) -> None:
        server = cast("_Server", self.server)
        server.connections.add(self.connection)
        try:
            while self._one(server.service):
                pass
        except BadRequestError:
            self.connection.sendall(_BAD_REQUEST)
        except OSError:
            pass
        finally:
            server.connections.discard(self.connection)

    def _one(self, service: Service) -> bool:
        head = read_head(self.rfile)  # type: ignore[arg-type]  # BufferedIOBase reads like BinaryIO
        if head is None:
            return False
        body = Body(self.rfile, head, self._proceed)  # type: ignore[arg-type]  # as above
        again = serve(service, self.connection, head, body)
        if again:
            body.drain()
        return again

    def _proceed(self) -> None:
        self.connection.sendall(_CONTINUE)

    def finish(self) -> None:
        with contextlib.suppress(OSError):
            super().finish()


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False
    request_queue_size = 256

    def __init__(self, port: int, service: Service) -> None:
        self.service = service
        self.connections: set[socket.socket] = set()
        super().__init__(("127.0.0.1", port), _Connection)


class Emulator:
    """The platform on this machine, for one account and one key."""

    observers: ClassVar[list[Observer]] = []
    """Told of every request to any emulator of this process, on the thread that answers it."""

    def __init__(
        self,
        account: str = "acme",
        key: str = "fw_test_key",
        port: int = 0,
        data: str | Path | None = None,
        keep_bytes: int | None = None,
        seconds_per_job: float = 0.0,
        clock: Clock | None = None,
        options: Options | None = None,
    ) -> None:
        """port: 0 takes any free one. data: a folder that survives restarts, else memory.

        keep_bytes: of larger files only digest and size are kept. seconds_per_job: how long a
        training job takes; with 0 it is done at its first GET. clock: real time by default.
        """
        self.clock: Clock = clock or RealClock()
        folder = Path(data) if data is not None else None
        blobs = folder / "blobs" if folder else None
        if blobs:
            blobs.mkdir(parents=True, exist_ok=True)
        self.platform = new_platform(
            account, key, self.clock, options or Options(), blobs, keep_bytes
        )
        self.platform.seconds_per_job = seconds_per_job
        self.account = account
        self.key = key
        self.store = AccountView(self.platform)
        self._port = port
        self._diary = Diary(folder) if folder else None
        self._service = Service(self.platform, observers=Emulator.observers)
        self._server: _Server | None = None

    @property
    def url(self) -> str:
        """Where it listens, such as `http://127.0.0.1:8080`, without `/v1`."""
        return self.platform.base_url

    @property
    def requests(self) -> list[RecordedRequest]:
        """Every request so far, in the order in which they were answered."""
        return self._service.requests

    @property
    def writes(self) -> list[RecordedRequest]:
        """The requests that changed state, or tried to."""
        return [request for request in list(self.requests) if request.is_write]

    @property
    def faults(self) -> Faults:
        """What goes wrong on purpose."""
        return self.platform.faults

    def start(self) -> Emulator:
        """Listen; requests are answered from now on."""
        if self._diary:
            self._diary.load(self.platform)
            self._diary.open()
            self.platform.store.journal = self._diary.row
            self.platform.blobs.journal = self._diary.blob
        self._server = _Server(self._port, self._service)
        self.platform.base_url = f"http://127.0.0.1:{self._server.server_address[1]}"
        seed_accounts(self.platform)
        for collection in collections().values():
            if collection.seeds:
                collection.seeds(self.platform)
        # A short poll lets `close` return at once.
        thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        return self

    def close(self) -> None:
        """Stop: hanging requests are let go, connections closed, the diary too."""
        self.faults.release()
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            for connection in list(self._server.connections):
                with contextlib.suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)
            self._server = None
        if self._diary:
            self._diary.close()

    def __enter__(self) -> Emulator:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
