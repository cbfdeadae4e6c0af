"""Opens a connection to the storage, through the proxy that the environment names."""

from __future__ import annotations

import socket
from base64 import b64encode
from http.client import HTTPConnection, HTTPSConnection
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from reconciler.api.proxy import proxy_for
from reconciler.api.tls import tls_context

if TYPE_CHECKING:
    from urllib.parse import SplitResult


def open_connection(parts: SplitResult, timeout: float) -> HTTPConnection:
    """Connected, TLS checked; ``timeout`` in seconds for each socket call. Raises OSError."""
    host, port = parts.hostname or "", parts.port
    proxy = proxy_for(f"{parts.scheme}://{parts.netloc}")
    via = urlsplit(proxy) if proxy else None
    near = (via.hostname or "", via.port) if via else (host, port)
    if parts.scheme == "https":
        http: HTTPConnection = HTTPSConnection(*near, timeout=timeout, context=tls_context())
    else:
        http = HTTPConnection(*near, timeout=timeout)
    if via:
        http.set_tunnel(host, port, _proxy_headers(via))
    http.connect()
    http.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return http


def _proxy_headers(via: SplitResult) -> dict[str, str]:
    if not via.username:
        return {}
    pair = f"{unquote(via.username)}:{unquote(via.password or '')}"
    return {"Proxy-Authorization": f"Basic {b64encode(pair.encode()).decode()}"}
