"""A transport that refuses writes: read-only is proven by method, verb and query, not by care.

What it proves: no request leaves this machine that the platform documents to change anything.
Reads are GETs, but not every GET is one (``:validateUpload`` makes a model READY). And one POST
reads: creating a deployment with ``validateOnly=true``, which answers what would be made and makes
nothing; it passes for exactly that collection, with exactly that one spelling of the parameter.
"""

from __future__ import annotations

import re
from urllib.parse import parse_qsl

from reconciler.api.lean import httpx
from reconciler.api.paths import template
from reconciler.errors import Refused

SAFE_VERBS = frozenset({"", "getDownloadEndpoint", "getMetricsFileEndpoint"})
"""Verbs that a GET may carry and change nothing; ``GET :validateUpload`` makes a model READY."""

_DRY_RUN_PATH = re.compile(r"/v1/accounts/[^/:]+/deployments")
_DRY_RUN = ("validateOnly", "true")


def is_read(method: str, path: str, query: str = "") -> bool:
    """Whether a request of this method, path and query leaves the account as it is."""
    if method == "POST":
        return _DRY_RUN_PATH.fullmatch(path) is not None and _is_dry_run(query)
    verb = path.rpartition("/")[2].partition(":")[2]
    return method == "GET" and verb in SAFE_VERBS


def _is_dry_run(query: str) -> bool:
    """The parameter is there once: the gateway knows a second spelling of every name, and which
    of two values counts is not documented."""
    given = parse_qsl(query, keep_blank_values=True)
    alike = [(k, v) for k, v in given if k.replace("_", "").lower() == _DRY_RUN[0].lower()]
    return alike == [_DRY_RUN]


class ReadOnlyTransport(httpx.BaseTransport):
    """Passes on what only reads; raises Refused for everything else, before a byte is sent."""

    def __init__(self, inner: httpx.BaseTransport) -> None:
        self._inner = inner

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path
        if not is_read(request.method, path, request.url.query.decode("ascii")):
            raise Refused(f"this command only reads: {request.method} {template(path)} is a write")
        return self._inner.handle_request(request)

    def close(self) -> None:
        self._inner.close()
