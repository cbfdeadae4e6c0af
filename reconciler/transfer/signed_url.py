"""What a signed storage URL allows: its host, and the headers that its signature wants."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import SplitResult, parse_qs, urlsplit

from reconciler.base_url import is_loopback
from reconciler.errors import ContentError

if TYPE_CHECKING:
    from collections.abc import Mapping

STORAGE_HOST = "storage.googleapis.com"
CONTENT_TYPE = "application/octet-stream"
RESUMABLE = "x-goog-resumable"
_SIGNED_HEADERS = "x-goog-signedheaders"


def check_host(key: str, url: str, *, allow_loopback: bool) -> SplitResult:
    """The URL in parts. Raises ContentError for any host but Google's storage over https.

    Loopback counts only while the platform itself is on loopback: the emulator. The whole URL is
    a credential, so only its host is ever named.
    """
    try:
        if not (url.isascii() and url.isprintable()) or " " in url:
            raise ValueError
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise ContentError(f"the platform gave no usable URL for {key}") from None
    if parts.username or parts.password:
        raise ContentError(f"the platform gave a URL with a user name in it for {key}")
    if allow_loopback and parts.scheme in ("http", "https") and is_loopback(host):
        return parts
    storage = host == STORAGE_HOST or host.endswith(f".{STORAGE_HOST}")
    if parts.scheme == "https" and storage and port in (None, 443):
        return parts
    shown = f"{parts.scheme}://{host}"[:100]
    raise ContentError(
        f"the platform wants {key} sent to {shown}, and only https://{STORAGE_HOST} is trusted"
    )


def is_resumable(url: str) -> bool:
    """Whether the URL opens a resumable session: its signature says so, or says nothing."""
    signed = _signed_headers(url)
    return signed is None or RESUMABLE in signed


def start_headers(key: str, url: str, size: int) -> Mapping[str, str]:
    """The headers that open a resumable session (fact sheet 19.4). Raises as put_headers does."""
    known = {
        "content-type": CONTENT_TYPE,
        RESUMABLE: "start",
        "x-goog-content-length-range": f"{size},{size}",
    }
    return _wanted(key, url, known, frozenset({"content-type", RESUMABLE}))


def put_headers(key: str, url: str, size: int) -> Mapping[str, str]:
    """The headers of a single PUT: those that are signed, of those we know (fact sheet 19.2).

    An unsigned ``x-goog-`` header is refused by the storage as much as a missing signed one.
    Raises ContentError when the signature wants a header we do not know.
    """
    known = {"content-type": CONTENT_TYPE, "x-goog-content-length-range": f"{size},{size}"}
    if _signed_headers(url) is None:
        return known
    return _wanted(key, url, known, frozenset({"content-type"}))


def _wanted(
    key: str, url: str, known: Mapping[str, str], always: frozenset[str]
) -> Mapping[str, str]:
    """Of the headers we know those that are signed, and those that are always sent."""
    signed = _signed_headers(url) or frozenset()
    unknown = signed - known.keys() - {"host", "content-length"}
    if unknown:
        raise ContentError(f"the URL for {key} wants unknown headers: {', '.join(sorted(unknown))}")
    return {name: value for name, value in known.items() if name in signed | always}


def _signed_headers(url: str) -> frozenset[str] | None:
    query = {name.lower(): values for name, values in parse_qs(urlsplit(url).query).items()}
    values = query.get(_SIGNED_HEADERS)
    return frozenset(values[0].lower().split(";")) if values else None
