"""Answers that only a socket can give: drips, hangs, cuts, closed connections, bad certificates."""

from __future__ import annotations

import os
import socket
import ssl
import subprocess
import threading
import time
from typing import TYPE_CHECKING

import pytest

from reconciler.api.call import Call, Safety
from reconciler.api.client import ControlClient
from reconciler.api.retry import RetryPolicy
from reconciler.api.tls import tls_context
from reconciler.errors import AnswerLost, Unavailable
from tests.api.fakes import FakeClock, connection
from tests.api.wire import Wire, answer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

READ = Call("GET", "/v1/accounts/acme/models")
CREATE = Call("POST", "/v1/accounts/acme/models", body={}, safety=Safety.ONCE)
ONE_TRY = RetryPolicy(tries=1, connect_tries=1, seconds=0.3)
WHOLE = answer(body=b'{"models": []}')


def _client(url: str, policy: RetryPolicy = ONE_TRY) -> ControlClient:
    return ControlClient(connection(url), read_only=False, clock=FakeClock(), policy=policy)


def _drip(start: int) -> Callable[[socket.socket, bytes], bool]:
    """An answer that is whole in the end, each byte from ``start`` on a tenth of a second late."""

    def talk(connection: socket.socket, _head: bytes) -> bool:
        connection.sendall(WHOLE[:start])
        for byte in WHOLE[start:]:
            time.sleep(0.1)
            connection.sendall(bytes([byte]))
        return False

    return talk


@pytest.mark.fault("F6")
@pytest.mark.parametrize("start", [0, 20, len(WHOLE) - 10], ids=["status", "headers", "body"])
def test_an_answer_that_drips_does_not_outlive_the_deadline(start: int) -> None:
    with Wire(_drip(start)) as wire, pytest.raises(Unavailable, match="no answer"):
        _client(wire.url).call(READ)
    assert 1 == len(wire.heads)


@pytest.mark.fault("F6")
def test_an_answer_that_never_comes_ends_at_the_deadline() -> None:
    released = threading.Event()
    with Wire(lambda _c, _h: released.wait(5)) as wire, pytest.raises(AnswerLost):
        _client(wire.url).call(CREATE)
    released.set()
    assert 1 == len(wire.heads)


@pytest.mark.fault("F13")
def test_once_a_peer_has_hung_up_a_create_goes_on_a_connection_of_its_own() -> None:
    used: list[int] = []

    def talk(connection: socket.socket, head: bytes) -> bool:
        used.append(connection.getpeername()[1])
        if head.startswith(b"POST") and used[:-1] == used[:1]:
            return False
        connection.sendall(WHOLE)
        return True

    with Wire(talk) as wire:
        client = _client(wire.url, RetryPolicy(tries=1, connect_tries=1, seconds=30.0))
        client.call(READ)
        with pytest.raises(AnswerLost):
            client.call(CREATE)
        client.call(READ)
        client.call(CREATE)
        client.call(CREATE)

    first, struck, look, again, another = used
    assert first == struck
    assert 4 == len({first, look, again, another})


@pytest.mark.parametrize("length", [True, False], ids=["with length", "without length"])
def test_a_truncated_answer_to_a_create_is_lost(length: bool) -> None:
    def talk(connection: socket.socket, _head: bytes) -> bool:
        named = f"Content-Length: {100}\r\n" if length else ""
        head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n{named}\r\n"
        connection.sendall(head.encode() + b'{"name": "acc')
        return False

    with Wire(talk) as wire, pytest.raises(AnswerLost):
        _client(wire.url).call(CREATE)
    assert 1 == len(wire.heads)


def test_a_connection_closed_between_two_requests_is_not_noticed() -> None:
    def talk(connection: socket.socket, _head: bytes) -> bool:
        connection.sendall(WHOLE)
        return False

    with Wire(talk) as wire:
        client = _client(wire.url, RetryPolicy(seconds=5))
        for _ in range(3):
            client.call(READ)

    assert 3 == len(wire.heads)


def test_a_connection_is_used_again() -> None:
    ports = set()

    def talk(connection: socket.socket, _head: bytes) -> bool:
        ports.add(connection.getpeername())
        connection.sendall(WHOLE)
        return True

    with Wire(talk) as wire:
        client = _client(wire.url, RetryPolicy(seconds=5))
        for _ in range(3):
            client.call(READ)

    assert 1 == len(ports)


def test_where_nothing_listens_the_reason_is_in_the_message() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]

    with pytest.raises(Unavailable, match="refused"):
        _client(f"http://127.0.0.1:{port}").call(CREATE)


def test_a_large_retry_after_does_not_matter() -> None:
    def talk(connection: socket.socket, _head: bytes) -> bool:
        connection.sendall(answer("503 Busy", b"{}", "Retry-After: " + "9" * 50_000))
        return True

    with Wire(talk) as wire, pytest.raises(Unavailable):
        _client(wire.url, RetryPolicy(tries=1, seconds=5)).call(READ)
    assert 1 == len(wire.heads)


def test_netrc_does_not_replace_the_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login evil password evil\n")
    monkeypatch.setenv("NETRC", str(netrc))

    def talk(connection: socket.socket, _head: bytes) -> bool:
        connection.sendall(WHOLE)
        return True

    with Wire(talk) as wire:
        _client(wire.url, RetryPolicy(seconds=5)).call(READ)

    assert b"bearer fw_" in wire.heads[0].lower()


@pytest.mark.fault("F7")
def test_a_proxy_that_refuses_gives_one_clear_line(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{port}")

    with pytest.raises(Unavailable, match="refused"):
        _client("https://api.fireworks.ai").call(READ)


def test_a_proxy_is_asked_to_connect_and_hears_no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    def talk(connection: socket.socket, _head: bytes) -> bool:
        connection.sendall(answer("403 Forbidden"))
        return False

    with Wire(talk) as wire:
        monkeypatch.setenv("HTTPS_PROXY", wire.url)
        with pytest.raises(Unavailable):
            _client("https://api.fireworks.ai", RetryPolicy(tries=1, connect_tries=1)).call(READ)

    assert wire.heads[0].startswith(b"CONNECT api.fireworks.ai:443")
    assert b"authorization" not in wire.heads[0].lower()


def test_no_proxy_covers_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")

    def talk(connection: socket.socket, _head: bytes) -> bool:
        connection.sendall(WHOLE)
        return True

    with Wire(talk) as wire:
        assert {"models": []} == _client(wire.url, RetryPolicy(seconds=5)).call(READ)


@pytest.fixture
def certificate(tmp_path: Path, need: Callable[..., str]) -> Path:
    """A certificate that signed itself, for 127.0.0.1, with its key."""
    file = tmp_path / "server.pem"
    options = (
        "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=test "
        f"-addext subjectAltName=IP:127.0.0.1 -keyout {tmp_path / 'key.pem'} -out {file}"
    )
    subprocess.run([need("openssl"), *options.split()], check=True, capture_output=True)
    with file.open("a") as pem:
        pem.write((tmp_path / "key.pem").read_text())
    return file


@pytest.fixture
def tls_server(certificate: Path) -> Iterator[str]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=_serve_tls, args=(listener, context), daemon=True)
        thread.start()
        yield f"https://127.0.0.1:{listener.getsockname()[1]}"


def _serve_tls(listener: socket.socket, context: ssl.SSLContext) -> None:
    while True:
        try:
            raw, _ = listener.accept()
            with context.wrap_socket(raw, server_side=True) as secure:
                secure.recv(65536)
                secure.sendall(WHOLE)
        except ssl.SSLError:
            continue
        except OSError:
            return


@pytest.mark.fault("F7")
@pytest.mark.usefixtures("fresh_tls")
def test_a_certificate_that_signed_itself_is_refused_without_another_try(tls_server: str) -> None:
    clock = FakeClock()
    client = ControlClient(connection(tls_server), read_only=True, clock=clock)

    with pytest.raises(Unavailable, match=r"(?i)certificate") as caught:
        client.call(READ)
    assert [] == clock.slept
    assert "SSL_CERT_FILE" in (caught.value.hint or "")


@pytest.mark.usefixtures("fresh_tls")
def test_an_authority_named_in_the_environment_is_trusted(
    tls_server: str, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(os.environ, "SSL_CERT_FILE", str(certificate))

    assert {"models": []} == _client(tls_server, RetryPolicy(seconds=5)).call(READ)


@pytest.mark.usefixtures("fresh_tls")
def test_no_tls_context_is_made_for_http() -> None:
    def talk(connection: socket.socket, _head: bytes) -> bool:
        connection.sendall(WHOLE)
        return True

    with Wire(talk) as wire:
        _client(wire.url, RetryPolicy(seconds=5)).call(READ)

    assert 0 == tls_context.cache_info().currsize
