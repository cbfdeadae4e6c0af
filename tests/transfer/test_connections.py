"""Tests of reconciler.transfer.connections, against a peer that speaks from a script."""

from __future__ import annotations

import socket
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from reconciler.transfer.connections import Broken, StorageConnection

if TYPE_CHECKING:
    from collections.abc import Iterator

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
LAST = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
BODY = b"body"


class Peer:
    """Answers each request of ``BODY`` with ``answer``; ``heard`` has what each connection sent."""

    def __init__(self, answer: bytes) -> None:
        self._answer = answer
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}/file"
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
                connection.sendall(self._answer)

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()


@contextmanager
def peer(answer: bytes = ANSWER) -> Iterator[Peer]:
    """A peer that listens in a thread of its own."""
    it = Peer(answer)
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
