"""A TLS connection that does not come about is told in plain words, with what helps."""

from __future__ import annotations

import socket
import ssl
import threading
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest

from reconciler.api.tls_trouble import TlsTrouble, tls_trouble
from tests.transfer.certificates import make

if TYPE_CHECKING:
    from pathlib import Path

LOOPBACK = "127.0.0.1"
TROUBLES = {
    "an authority that nobody knows": (LOOPBACK, 1, False, "no authority", "SSL_CERT_FILE"),
    "another address": ("192.0.2.1", 1, True, "for another address", "is the address right?"),
    "a certificate that has expired": (LOOPBACK, -1, True, "has expired", "clock"),
}
"""Whose the certificate is, in how many days it ends, and whether its authority is trusted; the
reason and the hint."""


def greeted(server: ssl.SSLContext | None, client: ssl.SSLContext) -> ssl.SSLError:
    """How a client fails at a server; None: one that answers in plain text."""
    ours, theirs = socket.socketpair()
    thread = threading.Thread(target=_answer, args=(theirs, server))
    thread.start()
    with ours, pytest.raises(ssl.SSLError) as caught:
        client.wrap_socket(ours, server_hostname=LOOPBACK)
    thread.join()
    return caught.value


def _answer(connection: socket.socket, server: ssl.SSLContext | None) -> None:
    with connection, suppress(OSError):
        if server is None:
            connection.recv(4096)
            connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        else:
            server.wrap_socket(connection, server_side=True)


@pytest.mark.parametrize("title", TROUBLES)
def test_a_certificate_is_refused_in_words_and_for_good(title: str, tmp_path: Path) -> None:
    address, ends, trusted, why, hint = TROUBLES[title]
    authority, server = make(tmp_path, address, ends=ends)
    client = ssl.create_default_context(cafile=authority if trusted else None)

    found = tls_trouble(greeted(server, client))

    assert isinstance(found, TlsTrouble)
    assert (True, True, True) == (found.final, why in found.why, hint in (found.hint or ""))
    assert "_ssl" not in found.why


def test_plain_text_where_tls_was_expected_is_told_as_that() -> None:
    found = tls_trouble(greeted(None, ssl.create_default_context()))

    assert found is not None
    assert ("what answers there does not speak TLS", False) == (found.why, found.final)


def test_any_other_failure_of_tls_is_told_without_the_file_that_raised_it() -> None:
    found = tls_trouble(ssl.SSLEOFError(8, "EOF occurred in violation of protocol (_ssl.c:1006)"))

    assert found is not None
    assert "no TLS connection: the connection was cut" == found.why


def test_it_is_found_behind_the_errors_that_wrap_it() -> None:
    outer = OSError("all attempts failed")
    outer.__cause__ = ssl.SSLCertVerificationError(1, "certificate verify failed (_ssl.c:1006)")
    outer.__cause__.verify_code = 18

    assert "no authority" in getattr(tls_trouble(outer), "why", "")


def test_a_certificate_that_is_bad_in_another_way_is_no_matter_of_authorities() -> None:
    weak = ssl.SSLCertVerificationError(1, "certificate verify failed (_ssl.c:1006)")
    weak.verify_code, weak.verify_message = 66, "EE certificate key too weak"

    said = "the server's certificate is refused: EE certificate key too weak"
    assert TlsTrouble(said, None, final=True) == tls_trouble(weak)


def test_what_has_nothing_to_do_with_tls_is_none() -> None:
    assert tls_trouble(ConnectionRefusedError("no")) is None
