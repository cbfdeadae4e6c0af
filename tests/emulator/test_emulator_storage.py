"""The storage half: what a signed URL demands, how errors look, what a read tells."""

from __future__ import annotations

import contextlib
import hashlib
import socket
from base64 import b64encode
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import google_crc32c
import httpx
import pytest

from reconciler.emulator.server import Emulator

if TYPE_CHECKING:
    from collections.abc import Callable

    from reconciler.emulator.clock import ManualClock

    Send = Callable[[str, bytes], httpx.Response]
    Sign = Callable[..., str]

DATA = b"0123456789" * 100
NAME = "accounts/acme/models/m"


@pytest.fixture
def sign(client: httpx.Client, base_model: Callable[..., dict[str, object]]) -> Sign:
    """``sign(size)`` is a signed PUT URL of the file `f` of a new model."""
    client.post("/models", json=base_model("m"))

    def url(size: int = len(DATA)) -> str:
        asked = {"filenameToSize": {"f": size}}
        answer = client.post("/models/m:getUploadEndpoint", json=asked)
        return str(answer.json()["filenameToSignedUrls"]["f"])

    return url


def put(url: str, data: bytes = DATA, headers: dict[str, str] | None = None) -> httpx.Response:
    length = f"{len(DATA)},{len(DATA)}"
    sent = {"Content-Type": "application/octet-stream", "x-goog-content-length-range": length}
    return httpx.put(url, content=data, headers=sent | (headers or {}))


def error(response: httpx.Response) -> tuple[int, str]:
    """Status and <Code>."""
    assert response.text.startswith("<?xml version='1.0' encoding='UTF-8'?><Error>")
    return response.status_code, response.text.partition("<Code>")[2].partition("</Code>")[0]


def test_a_put_is_acknowledged_with_the_hashes(sign: Sign) -> None:
    crc = b64encode(google_crc32c.value(DATA).to_bytes(4, "big")).decode()
    md5 = b64encode(hashlib.md5(DATA).digest()).decode()

    assert f"crc32c={crc},md5={md5}" == put(sign()).headers["x-goog-hash"]


def test_a_put_replaces_what_was_there(sign: Sign, emulator: Emulator) -> None:
    put(sign(), b"x" * len(DATA))
    put(sign(), DATA)

    assert emulator.store.blob(NAME, "f") == DATA


@pytest.mark.parametrize("seconds", [3601, 100_000])
def test_an_expired_url_is_a_400(sign: Sign, clock: ManualClock, seconds: int) -> None:
    url = sign()
    clock.advance(seconds)

    assert (400, "ExpiredToken") == error(put(url))


def test_a_changed_url_does_not_match(sign: Sign) -> None:
    assert (403, "SignatureDoesNotMatch") == error(put(sign().replace("/f?", "/g?")))


def test_another_method_does_not_match(sign: Sign) -> None:
    headers = {
        "Content-Type": "application/octet-stream",
        "x-goog-content-length-range": f"{len(DATA)},{len(DATA)}",
    }

    assert (403, "SignatureDoesNotMatch") == error(httpx.get(sign(), headers=headers))


def test_another_header_value_does_not_match(sign: Sign) -> None:
    changed = put(sign(), headers={"x-goog-content-length-range": "0,5000"})

    assert (403, "SignatureDoesNotMatch") == error(changed)


def test_a_missing_signed_header_is_malformed(sign: Sign) -> None:
    sent = httpx.put(sign(), content=DATA, headers={"Content-Type": "application/octet-stream"})

    assert (400, "MalformedSecurityHeader") == error(sent)


def test_an_unsigned_goog_header_is_malformed(sign: Sign) -> None:
    assert (400, "MalformedSecurityHeader") == error(put(sign(), headers={"x-goog-acl": "public"}))


def test_an_unsigned_url_is_denied(sign: Sign) -> None:
    assert (403, "AccessDenied") == error(put(sign().partition("?")[0]))


def test_an_authorization_header_is_refused(sign: Sign) -> None:
    assert 400 == error(put(sign(), headers={"Authorization": "Bearer fw_test_key"}))[0]


def test_a_refused_authorization_header_is_recorded(sign: Sign, emulator: Emulator) -> None:
    put(sign(), headers={"Authorization": "Bearer fw_test_key"})

    assert "authorization" in emulator.requests[-1].headers


@pytest.mark.parametrize(("size", "code"), [(999, "EntityTooSmall"), (1001, "EntityTooLarge")])
def test_another_size_than_announced_is_refused(sign: Sign, size: int, code: str) -> None:
    assert (400, code) == error(put(sign(), (DATA + b"x")[:size]))


def test_a_refused_body_stores_nothing(sign: Sign, emulator: Emulator) -> None:
    put(sign(), DATA[:-1])

    assert emulator.store.blob(NAME, "f") is None


def test_a_chunked_body_is_answered_200_and_stored_nowhere(sign: Sign, emulator: Emulator) -> None:
    headers = {
        "Content-Type": "application/octet-stream",
        "x-goog-content-length-range": f"{len(DATA)},{len(DATA)}",
    }
    answer = httpx.put(sign(), content=iter([DATA]), headers=headers)

    assert (200, None) == (answer.status_code, emulator.store.blob(NAME, "f"))


def raw(url: str, head: str, body: bytes = b"") -> bytes:
    """What a bare socket gets back for a PUT with these header lines."""
    parts = urlsplit(url)
    line = f"PUT {parts.path}?{parts.query} HTTP/1.1\r\nHost: {parts.netloc}\r\n"
    with socket.create_connection((parts.hostname, parts.port)) as connection:
        connection.sendall(f"{line}{head}\r\n\r\n".encode() + body)
        connection.shutdown(socket.SHUT_WR)
        with contextlib.suppress(ConnectionResetError):
            return connection.recv(65536)
    return b""


HEAD = (
    "Content-Type: application/octet-stream\r\n"
    f"x-goog-content-length-range: {len(DATA)},{len(DATA)}"
)


def test_a_put_without_a_length_is_a_411(sign: Sign) -> None:
    assert b"411 Length Required" in raw(sign(), HEAD)


def test_an_interrupted_put_stores_nothing(sign: Sign, emulator: Emulator) -> None:
    url = sign()
    put(url, b"y" * len(DATA))
    raw(url, f"{HEAD}\r\nContent-Length: {len(DATA)}", DATA[:500])

    assert b"y" * len(DATA) == emulator.store.blob(NAME, "f")


def test_a_client_that_waits_for_leave_to_send_gets_it(sign: Sign) -> None:
    answer = raw(sign(), f"{HEAD}\r\nContent-Length: {len(DATA)}\r\nExpect: 100-continue", DATA)

    assert answer.startswith(b"HTTP/1.1 100 Continue")


@pytest.fixture
def link(client: httpx.Client, emulator: Emulator, sign: Sign) -> str:
    """The signed GET URL of the stored file."""
    put(sign())
    emulator.store.put(NAME, {"state": "READY", "kind": "HF_BASE_MODEL"})
    urls = client.get("/models/m:getDownloadEndpoint").json()["filenameToSignedUrls"]
    return str(urls["f"])


@pytest.fixture
def download(link: str) -> Callable[..., httpx.Response]:
    """``download(Range="…")`` reads the stored file through its signed URL."""

    def get(**headers: str) -> httpx.Response:
        return httpx.get(link, headers=headers)

    return get


def test_a_read_tells_size_and_hash(download: Callable[..., httpx.Response]) -> None:
    headers = download().headers

    assert ("1000", True) == (
        headers["x-goog-stored-content-length"],
        headers["x-goog-hash"].startswith("crc32c="),
    )


@pytest.mark.parametrize(
    ("wanted", "expected", "content_range"),
    [
        ("bytes=0-0", DATA[:1], "bytes 0-0/1000"),
        ("bytes=990-", DATA[990:], "bytes 990-999/1000"),
        ("bytes=-5", DATA[-5:], "bytes 995-999/1000"),
        ("bytes=10-5000", DATA[10:], "bytes 10-999/1000"),
    ],
)
def test_a_range_is_a_206(
    download: Callable[..., httpx.Response], wanted: str, expected: bytes, content_range: str
) -> None:
    answer = download(Range=wanted)

    assert (206, expected, content_range) == (
        answer.status_code,
        answer.content,
        answer.headers["content-range"],
    )


def test_a_range_behind_the_end_is_a_416(download: Callable[..., httpx.Response]) -> None:
    assert (416, "InvalidRange") == error(download(Range="bytes=1000-"))


def test_a_missing_object_is_no_such_key(emulator: Emulator, link: str) -> None:
    emulator.store.delete(NAME)

    assert (404, "NoSuchKey") == error(httpx.get(link))


def test_a_large_file_keeps_only_its_digest(
    connect: Callable[[Emulator], httpx.Client],
    base_model: Callable[..., dict[str, object]],
    send: Send,
) -> None:
    with Emulator(keep_bytes=10) as emulator:
        client = connect(emulator)
        client.post("/models", json=base_model("m"))
        asked = {"filenameToSize": {"f": len(DATA)}}
        urls = client.post("/models/m:getUploadEndpoint", json=asked).json()
        send(urls["filenameToSignedUrls"]["f"], DATA)

        sizes = (emulator.store.blob(NAME, "f"), emulator.store.files(NAME))
        assert (None, {"f": len(DATA)}) == sizes
