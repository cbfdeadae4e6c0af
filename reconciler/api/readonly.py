"""A transport that refuses writes: read-only is proven by method and verb, not by care."""

from __future__ import annotations

import httpx

from reconciler.api.paths import template
from reconciler.errors import Refused

SAFE_VERBS = frozenset({"", "getDownloadEndpoint", "getMetricsFileEndpoint"})
"""Verbs that a GET may carry and change nothing; ``GET :validateUpload`` makes a model READY."""


def is_read(method: str, path: str) -> bool:
    """Whether a request of this method and path leaves the account as it is."""
    verb = path.rpartition("/")[2].partition(":")[2]
    return method == "GET" and verb in SAFE_VERBS


class ReadOnlyTransport(httpx.BaseTransport):
    """Passes on what only reads; raises Refused for everything else, before a byte is sent."""

    def __init__(self, inner: httpx.BaseTransport) -> None:
        self._inner = inner

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path
        if not is_read(request.method, path):
            raise Refused(f"this command only reads: {request.method} {template(path)} is a write")
        return self._inner.handle_request(request)

    def close(self) -> None:
        self._inner.close()
