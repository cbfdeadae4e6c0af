"""Opens a connection to the storage, through the proxy that the environment names."""

from __future__ import annotations

import socket
import ssl
import struct
from base64 import b64encode
from http.client import HTTPConnection, HTTPSConnection
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from reconciler.api.proxy import proxy_for
from reconciler.api.tls import tls_context
from reconciler.errors import UsageError

if TYPE_CHECKING:
    from urllib.parse import SplitResult


def open_connection(parts: SplitResult, timeout: float, tick: float) -> socket.socket:
    """A connected socket, TLS checked within ``timeout`` seconds; later each of its calls ends
    after ``tick`` seconds with TimeoutError or BlockingIOError. Raises OSError, HTTPException;
    UsageError for a proxy that is itself spoken to over TLS: its password would go in clear."""
    host, port = parts.hostname or "", parts.port
    proxy = proxy_for(f"{parts.scheme}://{parts.netloc}")
    via = urlsplit(proxy) if proxy else None
    if via and via.scheme != "http":
        raise UsageError(
            f"the storage cannot be reached through a proxy of {via.scheme}",
            f"name one of http in HTTPS_PROXY, or {host} in NO_PROXY",
        )
    near = (via.hostname or "", via.port) if via else (host, port)
    if parts.scheme == "https":
        http: HTTPConnection = HTTPSConnection(*near, timeout=timeout, context=tls_context())
    else:
        http = HTTPConnection(*near, timeout=timeout)
    if via:
        http.set_tunnel(host, port, _proxy_headers(via))
    http.connect()
    sock: socket.socket = http.sock
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    _limit(sock, tick)
    return sock


def _limit(sock: socket.socket, tick: float) -> None:
    """Python's own timeout is a ``poll`` before every call, so the kernel keeps the time; TLS needs
    Python's, for it would go on by itself."""
    if isinstance(sock, ssl.SSLSocket):
        sock.settimeout(tick)
        return
    sock.settimeout(None)
    limit = struct.pack("ll", int(tick), int(tick % 1 * 1_000_000))
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, limit)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, limit)


def _proxy_headers(via: SplitResult) -> dict[str, str]:
    if not via.username:
        return {}
    pair = f"{unquote(via.username)}:{unquote(via.password or '')}"
    return {"Proxy-Authorization": f"Basic {b64encode(pair.encode()).decode()}"}
