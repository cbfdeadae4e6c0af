"""Tests of reconciler.transfer.connections, against a peer that speaks from a script."""

from __future__ import annotations

import socket
import threading
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

import pytest

from reconciler.transfer.connections import Broken, StorageConnection

if TYPE_CHECKING:
    from collections.abc import Iterator

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
LAST = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
LONG = b"HTTP/1.1 400 Bad\r\nContent-Length: 20\r\n\r\n" + b"x" * 20
BODY = b"body"
DRIP = 0.02  # seconds between two bytes


class Peer:
    """Answers each request of ``BODY`` with ``answer``, byte by byte from where it drips.

    ``heard`` has what each connection sent.
    """

    def __init__(self, answer: bytes, drips_from: int | None) -> None:
        self._answer, self._drips_from = answer, drips_from
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}/file"
        self._over = threading.Event()
        self.heard: list[bytes] = []

    def serve(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.heard.append(b"")
            with connection:
                self._talk(connection)

    def _talk(self, connection: socket.socket) -> None:
        asked = 0
        while piece := connection.recv(1 << 16):
            self.heard[-1] += piece
            if self.heard[-1].count(BODY) > asked:
                asked += 1
                self._say(connection)

    def _say(self, connection: socket.socket) -> None:
        at_once = len(self._answer) if self._drips_from is None else self._drips_from
        with suppress(OSError):  # whoever listened has had enough
            connection.sendall(self._answer[:at_once])
            for byte in self._answer[at_once:]:
                self._over.wait(DRIP)
                connection.sendall(bytes([byte]))

    def close(self) -> None:
        self._over.set()
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()


@contextmanager
def peer(answer: bytes = ANSWER, drips_from: int | None = None) -> Iterator[Peer]:
    """A peer that listens in a thread of its own."""
    it = Peer(answer, drips_from)
    thread = threading.Thread(target=it.serve)
    thread.start()
    try:
        yield it
    finally:
        it.close()
        thread.join()


def put(connection: StorageConnection, url: str) -> int:
    """The status of one request with ``BODY``."""
    connection.start("PUT", url, {"Content-Length": str(len(BODY))})
    connection.send(BODY)
    response = connection.answer()
    connection.read(response, 1)
    return response.status


def test_requests_share_one_connection() -> None:
    with peer() as storage:
        connection = StorageConnection()
        statuses = [put(connection, storage.url) for _ in range(3)]
        connection.close()

    assert ([200] * 3, 1) == (statuses, len(storage.heard))


def test_the_head_goes_out_before_the_body_and_once() -> None:
    with peer() as storage:
        connection = StorageConnection()
        put(connection, storage.url)
        connection.close()

    head, _, body = storage.heard[0].partition(b"\r\n\r\n")
    assert (b"PUT /file HTTP/1.1", BODY) == (head.split(b"\r\n")[0], body)


def test_after_an_answer_that_is_the_last_another_connection_is_opened() -> None:
    with peer(LAST) as storage:
        connection = StorageConnection()
        statuses = [put(connection, storage.url) for _ in range(2)]
        connection.close()

    assert ([200] * 2, 2) == (statuses, len(storage.heard))


def test_a_peer_that_says_nothing_is_given_up() -> None:
    with peer(b"") as storage:
        connection = StorageConnection(stall_seconds=0.05)
        with pytest.raises(Broken, match="no byte moved") as caught:
            put(connection, storage.url)
        connection.close()

    assert caught.value.stalled


def test_a_stop_ends_the_wait_for_an_answer() -> None:
    stop = threading.Event()
    stop.set()
    with peer(b"") as storage:
        connection = StorageConnection(stop=stop)
        with pytest.raises(Broken, match="stopped"):
            put(connection, storage.url)
        connection.close()


def test_nonsense_instead_of_an_answer_breaks_the_connection() -> None:
    with peer(b"SMTP\r\n\r\n") as storage:
        connection = StorageConnection()
        with pytest.raises(Broken, match="BadStatusLine"):
            put(connection, storage.url)
        connection.close()


@pytest.mark.fault("F6")
@pytest.mark.parametrize("drips_from", [0, LONG.index(b"x")], ids=["head", "body"])
def test_an_answer_that_drips_is_given_up_though_each_byte_is_in_time(drips_from: int) -> None:
    with peer(LONG, drips_from) as storage:
        connection = StorageConnection(stall_seconds=5 * DRIP)
        connection.start("PUT", storage.url, {"Content-Length": str(len(BODY))})
        connection.send(BODY)
        with pytest.raises(Broken, match="arrives too slowly") as caught:
            connection.read(connection.answer(), 100)
        connection.close()

    assert caught.value.stalled
