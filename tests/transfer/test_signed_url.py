from __future__ import annotations

import pytest

from reconciler.errors import ContentError
from reconciler.transfer.signed_url import check_host, put_headers

URL = "https://storage.googleapis.com/bucket/object"
BOTH = {"content-type": "application/octet-stream", "x-goog-content-length-range": "7,7"}


@pytest.mark.parametrize(
    "url",
    [
        URL,
        "https://bucket.storage.googleapis.com/object?X-Goog-Signature=1",
        "https://storage.googleapis.com:443/bucket/object",
        "https://STORAGE.googleapis.com/bucket/object",
    ],
)
def test_googles_storage_is_trusted(url: str) -> None:
    check_host("f", url, allow_loopback=False)


@pytest.mark.parametrize(
    "url",
    [
        "http://storage.googleapis.com/bucket/object",
        f"{URL}?x=\u00e9",
        f"{URL}?x=\x01",
        f"{URL}?x=1\r\nHost: evil.example",
        f"{URL} HTTP/1.1",
        "https://storage.googleapis.com.evil.example/o",
        "https://evilstorage.googleapis.com/o",
        "https://storage.googleapis.com@evil.example/o",
        "https://me:pw@storage.googleapis.com/o",
        "https://storage.googleapis.com:8443/o",
        "https://evil.example/o",
        "https://169.254.169.254/latest/meta-data",
        "https://[::ffff:169.254.169.254]/",
        "https://10.0.0.1/o",
        "https://127.0.0.1/o",
        "http://127.0.0.1:8080/o",
        "https://localhost/o",
        "file:///etc/passwd",
        "gs://bucket/o",
        "s3://bucket/o",
        "//storage.googleapis.com/o",
        "https://[broken/o",
        "",
    ],
)
def test_any_other_host_is_refused(url: str) -> None:
    with pytest.raises(ContentError):
        check_host("f", url, allow_loopback=False)


def test_loopback_is_trusted_while_the_platform_is_the_emulator() -> None:
    check_host("f", "http://127.0.0.1:8080/storage/o", allow_loopback=True)


def test_a_foreign_host_is_refused_by_the_emulator_too() -> None:
    with pytest.raises(ContentError):
        check_host("f", "http://evil.example/o", allow_loopback=True)


def test_a_refused_url_does_not_show_its_signature() -> None:
    with pytest.raises(ContentError) as caught:
        check_host("f", "https://evil.example/o?X-Goog-Signature=canary", allow_loopback=False)

    assert "canary" not in caught.value.message


@pytest.mark.parametrize(
    ("signed", "expected"),
    [
        ("content-type;host;x-goog-content-length-range", BOTH),
        ("content-type%3Bhost%3Bx-goog-content-length-range", BOTH),
        ("host", {"content-type": BOTH["content-type"]}),
        ("host;x-goog-content-length-range", BOTH),
        (
            "content-length;content-type;host",
            {"content-type": BOTH["content-type"]},
        ),
    ],
)
def test_only_signed_goog_headers_are_sent(signed: str, expected: dict[str, str]) -> None:
    assert expected == put_headers("f", f"{URL}?X-Goog-SignedHeaders={signed}&x=1", 7)


def test_without_a_list_of_signed_headers_both_documented_ones_are_sent() -> None:
    assert BOTH == put_headers("f", URL, 7)


def test_a_signed_header_that_we_do_not_know_is_refused() -> None:
    with pytest.raises(ContentError, match="x-goog-meta-who"):
        put_headers("f", f"{URL}?X-Goog-SignedHeaders=host;x-goog-meta-who", 7)
