"""Tests of reconciler.transfer.wire."""

from __future__ import annotations

from http.client import HTTPResponse
from typing import TYPE_CHECKING, cast
from urllib.parse import urlsplit

import pytest

from reconciler.transfer.wire import Incoming, request_head

if TYPE_CHECKING:
    import socket

    from _typeshed import WriteableBuffer

URL = urlsplit("https://storage.googleapis.com/bucket/a%20b?X-Goog-Signature=1&x=2")


def test_a_head_asks_for_path_and_query_and_names_the_host() -> None:
    head = request_head("PUT", URL, {"Content-Length": "3"})

    assert (
        b"PUT /bucket/a%20b?X-Goog-Signature=1&x=2 HTTP/1.1\r\n"
        b"Host: storage.googleapis.com\r\nContent-Length: 3\r\n\r\n"
    ) == head


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://a.example:443/x", b"a.example"),
        ("http://127.0.0.1:80/x", b"127.0.0.1"),
        ("https://a.example:80/x", b"a.example:80"),
        ("http://[::1]:8080/x", b"[::1]:8080"),
    ],
)
def test_the_host_names_a_port_that_is_not_the_schemes_own(url: str, host: bytes) -> None:
    head = request_head("GET", urlsplit(url), {})

    assert b"Host: " + host in head.split(b"\r\n")


@pytest.mark.parametrize("value", ["a\r\nX-Evil: 1", "a\nb", "a\0b", "ü"])
def test_a_header_that_would_leave_its_line_is_refused(value: str) -> None:
    with pytest.raises(ValueError, match="control character"):
        request_head("PUT", URL, {"x-goog-meta": value})


def test_an_answer_is_read_from_however_small_pieces_come() -> None:
    waiting = iter(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nx-goog-hash: md5=a\r\n\r\nok")

    def take(buffer: WriteableBuffer) -> int:
        memoryview(buffer)[:1] = bytes([next(waiting)])
        return 1

    response = HTTPResponse(cast("socket.socket", Incoming(take)))
    response.begin()

    assert (200, "md5=a", b"ok") == (
        response.status,
        response.getheader("x-goog-hash"),
        response.read(),
    )
