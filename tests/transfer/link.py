"""The network between a client and an emulator: it can be cut, slow, and spoken to in TLS."""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import ssl
    from collections.abc import Iterable
    from types import TracebackType

    from reconciler.emulator.server import Emulator

PIECE = 64 * 1024


class Link:
    """Forwards to the emulator, whose URLs name the link from then on.

    ``cuts``: after so many bytes upwards in all, both ends are reset. ``tls``: a server's context.
    ``pace``: seconds after each ``piece`` bytes upwards. ``hold_at``: after so many bytes nothing
    moves upwards, ``holds`` is set, until ``release``. ``sent``: bytes that came from the client.
    """

    def __init__(
        self,
        emulator: Emulator,
        cuts: Iterable[int] = (),
        tls: ssl.SSLContext | None = None,
        pace: float = 0.0,
        piece: int = PIECE,
        hold_at: int | None = None,
    ) -> None:
        self._target = int(emulator.url.rpartition(":")[2])
        self._cuts = sorted(cuts)
        self._tls = tls
        self._pace, self._piece = pace, piece
        self._listener = socket.create_server(("127.0.0.1", 0))
        if pace:  # or this machine's buffers would hold whole files
            self._listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 * piece)
        self._sockets: list[socket.socket] = []
        self._over = threading.Event()
        self._hold_at = hold_at
        self.holds = threading.Event()
        self._released = threading.Event()
        self._lock = threading.Lock()
        self.sent = 0
        self.struck = 0
        scheme = "https" if tls else "http"
        self.url = f"{scheme}://127.0.0.1:{self._listener.getsockname()[1]}"
        emulator.platform.base_url = self.url

    def __enter__(self) -> Link:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(
        self,
        _type: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self._over.set()
        self.release()
        self._listener.close()
        for each in self._sockets:
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)  # wakes whoever reads from it
            each.close()

    def release(self) -> None:
        """Let what is held go on."""
        self._released.set()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                near, _ = self._listener.accept()
                threading.Thread(target=self._serve, args=(near,), daemon=True).start()

    def _serve(self, near: socket.socket) -> None:
        try:
            near = self._tls.wrap_socket(near, server_side=True) if self._tls else near
            far = socket.create_connection(("127.0.0.1", self._target))
        except OSError:
            near.close()
            return
        self._sockets += [near, far]
        threading.Thread(target=self._downwards, args=(far, near), daemon=True).start()
        with contextlib.suppress(OSError):
            self._upwards(near, far)
        for each in (near, far):
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)

    def _upwards(self, near: socket.socket, far: socket.socket) -> None:
        while data := near.recv(self._piece):
            with self._lock:
                cut = next((c for c in self._cuts if c <= self.sent + len(data)), None)
                if cut is not None:
                    self._cuts.remove(cut)
                    self.struck += 1
                    data = data[: max(0, cut - self.sent)]
                self.sent += len(data)
            far.sendall(data)
            if cut is not None:
                _reset(near)
                return
            self._over.wait(self._pace)
            if self._hold_at is not None and self.sent >= self._hold_at:
                self.holds.set()
                self._released.wait()

    @staticmethod
    def _downwards(far: socket.socket, near: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := far.recv(PIECE):
                near.sendall(data)


def _reset(near: socket.socket) -> None:
    near.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    near.close()
