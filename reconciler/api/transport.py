"""The sockets below httpx, each call of them bound by the wall deadline of its thread."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import httpcore

from reconciler.api.deadline import limit
from reconciler.api.lean import httpx
from reconciler.api.proxy import proxy_for
from reconciler.api.tls import tls_context

if TYPE_CHECKING:
    import ssl
    from collections.abc import Iterable, Iterator

CONNECTIONS = 32  # more than any sensible --parallelism asks for at a time


class DeadlineTransport(httpx.BaseTransport):
    """HTTP/1.1 over kept-alive connections; the same as httpx's own but for the deadline.

    httpx does not let its transport's network backend be chosen; httpcore, which it stands on,
    does, in public.
    """

    def __init__(self, base_url: str, kept: int = CONNECTIONS) -> None:
        """``kept``: how many connections stay open for a later request."""
        tls = tls_context() if base_url.startswith("https:") else None
        proxy = proxy_for(base_url)
        self._pool = httpcore.ConnectionPool(
            ssl_context=tls,
            proxy=httpcore.Proxy(proxy) if proxy else None,
            max_connections=CONNECTIONS,
            max_keepalive_connections=kept,
            keepalive_expiry=30.0,
            http1=True,
            http2=False,
            network_backend=DeadlineBackend(),
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        url = request.url
        target = httpcore.URL(
            scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path
        )
        with _as_httpx():
            answer = self._pool.handle_request(
                httpcore.Request(
                    method=request.method,
                    url=target,
                    headers=request.headers.raw,
                    content=request.stream,
                    extensions=request.extensions,
                )
            )
        return httpx.Response(
            answer.status,
            headers=answer.headers,
            stream=_Body(answer.stream),
            extensions=answer.extensions,
        )

    def close(self) -> None:
        self._pool.close()


class _Body(httpx.SyncByteStream):
    """The answer's body, its errors told in httpx's words."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream

    def __iter__(self) -> Iterator[bytes]:
        with _as_httpx():
            yield from self._stream

    def close(self) -> None:
        self._stream.close()


@contextmanager
def _as_httpx() -> Iterator[None]:
    """Raise httpcore's exception as the httpx exception of the same name, cause kept."""
    try:
        yield
    except _ERRORS as error:
        raise getattr(httpx, type(error).__name__)(str(error)) from error


_ERRORS = (
    httpcore.TimeoutException,
    httpcore.NetworkError,
    httpcore.ProtocolError,
    httpcore.ProxyError,
    httpcore.UnsupportedProtocol,
)


class DeadlineBackend(httpcore.NetworkBackend):
    """Opens connections; what it opens keeps the deadline of whichever thread uses it."""

    def __init__(self) -> None:
        self._inner = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        wait = _left(timeout, httpcore.ConnectTimeout)
        stream = self._inner.connect_tcp(host, port, wait, local_address, socket_options)
        return DeadlineStream(stream)


class DeadlineStream(httpcore.NetworkStream):
    """A connection whose every read and write ends by the deadline."""

    def __init__(self, inner: httpcore.NetworkStream) -> None:
        self._inner = inner

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._inner.read(max_bytes, _left(timeout, httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, _left(timeout, httpcore.WriteTimeout))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        wait = _left(timeout, httpcore.ConnectTimeout)
        return DeadlineStream(self._inner.start_tls(ssl_context, server_hostname, wait))

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


def _left(timeout: float | None, late: type[Exception]) -> float | None:
    wait = limit(timeout)
    if wait is not None and wait <= 0:
        raise late("the wall deadline of the operation has passed")
    return wait
