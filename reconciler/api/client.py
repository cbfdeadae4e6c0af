"""The control plane's one client: sends a Call, tries again when that is safe, decodes JSON."""

from __future__ import annotations

import logging
import random
import ssl
import threading
from typing import TYPE_CHECKING, Any

import httpx
import orjson

from reconciler.api.call import Safety
from reconciler.api.clock import Clock, RealClock
from reconciler.api.deadline import within
from reconciler.api.errors_map import answer_error, worth_retrying
from reconciler.api.limiter import Limiter
from reconciler.api.readonly import ReadOnlyTransport
from reconciler.api.redact import clean
from reconciler.api.retry import (
    Failure,
    Fault,
    RetryBudget,
    RetryPolicy,
    Tried,
    delay,
    retry_after,
)
from reconciler.api.transport import DeadlineTransport
from reconciler.errors import AnswerLost, ApiError, RateLimited, Unavailable
from reconciler.version import VERSION

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from reconciler.api.call import Call
    from reconciler.api.connection import Connection
    from reconciler.api.secret import Secret

ANSWER_LIMIT = 16 * 1024 * 1024  # bytes of one control answer (F11)


class ControlClient:
    """Shared by all threads of a run: connections, limiter and retry budget are one each.

    ``transport`` replaces the sockets in tests. The httpx client is made at the first call.
    """

    def __init__(
        self,
        connection: Connection,
        *,
        read_only: bool,
        clock: Clock | None = None,
        policy: RetryPolicy | None = None,
        transport: httpx.BaseTransport | None = None,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self._connection = connection
        self._read_only = read_only
        self._clock = clock or RealClock()
        self._policy = policy or RetryPolicy()
        self._transport = transport
        self._jitter = jitter
        self._limiter = Limiter(self._clock)
        self._budget = RetryBudget()
        self._secrets: list[Secret] = [connection.key]
        self._lock = threading.Lock()
        self._http: httpx.Client | None = None
        self.requests_sent = 0

    def hide(self, secret: Secret) -> None:
        """Keep another secret out of every message from here on."""
        self._secrets.append(secret)

    def call(
        self,
        call: Call,
        content: Callable[[], Iterator[bytes]] | None = None,
        headers: dict[str, str] | None = None,
    ) -> dict[str, Any]:
        """The JSON object that the call answers.

        ``content`` makes the body anew for every try when it is not ``call.body``. Raises ApiError:
        AnswerLost when a call that is made ONCE, or a write after all its tries, may have been
        done unheard; Unavailable when a read got no usable answer.
        """
        began, tries = self._clock.now(), 0
        while True:
            self._limiter.wait()
            tries += 1
            seconds = min(call.seconds or self._policy.seconds, self._left(began))
            outcome = self._try(call, seconds, content, headers)
            if not isinstance(outcome, Failure):
                return outcome
            pause = self._pause(call, outcome, Tried(tries, self._clock.now() - began))
            if pause is None:
                raise _final(call, outcome, tries)
            self._clock.sleep(pause)

    def close(self) -> None:
        """Give the connections back; a later call opens new ones."""
        with self._lock:
            if self._http is not None:
                self._http.close()
                self._http = None

    def _left(self, began: float) -> float:
        return max(1.0, self._policy.total - (self._clock.now() - began))

    def _pause(self, call: Call, failure: Failure, tried: Tried) -> float | None:
        pause = delay(failure, call.safety, tried, self._policy, self._jitter, call.throttled_tries)
        if failure.fault is Fault.THROTTLED:
            self._limiter.throttled(pause or 0.0)
        return pause if pause is None or self._budget.take() else None

    def _try(
        self,
        call: Call,
        seconds: float,
        content: Callable[[], Iterator[bytes]] | None,
        headers: dict[str, str] | None,
    ) -> dict[str, Any] | Failure:
        self.requests_sent += 1
        request = self._request(call, content() if content else None, headers)
        try:
            with within(seconds):
                status, answer_headers, body = self._exchange(request)
        except httpx.HTTPError as error:
            return self._broken(call, error)
        if status != 429:
            self._limiter.accepted()
        return self._read(call, status, answer_headers, body)

    def _request(
        self, call: Call, content: Iterator[bytes] | None, headers: dict[str, str] | None
    ) -> httpx.Request:
        sent = {"Authorization": f"Bearer {self._connection.key.reveal()}", **(headers or {})}
        body: Iterable[bytes] | bytes | None = content
        if call.body is not None:
            sent["Content-Type"] = "application/json"
            body = orjson.dumps(call.body)
        url = self._connection.base_url + call.path
        return self._client().build_request(
            call.method, url, params=dict(call.query) or None, content=body, headers=sent
        )

    def _client(self) -> httpx.Client:
        with self._lock:
            if self._http is None:
                self._http = self._open()
            return self._http

    def _open(self) -> httpx.Client:
        _silence_loggers()
        transport = self._transport or DeadlineTransport(self._connection.base_url)
        return httpx.Client(
            transport=ReadOnlyTransport(transport) if self._read_only else transport,
            headers={
                "Accept": "application/json",
                "Accept-Encoding": "identity",  # so that the limit counts the bytes that arrive
                "User-Agent": f"fireworks-reconciler/{VERSION}",
            },
            timeout=httpx.Timeout(self._policy.seconds, connect=10.0),
            follow_redirects=False,  # another host would be handed the body (F12)
            trust_env=False,  # no .netrc; proxies and authorities are read in proxy.py, tls.py
        )

    def _exchange(self, request: httpx.Request) -> tuple[int, httpx.Headers, bytes]:
        response = self._client().send(request, stream=True)
        try:
            return response.status_code, response.headers, _bounded(response)
        finally:
            response.close()

    def _read(
        self, call: Call, status: int, headers: httpx.Headers, body: bytes
    ) -> dict[str, Any] | Failure:
        if status == 200:
            document = _json_object(headers, body)
            if document is not None:
                self._budget.refund()
                return document
            return Failure(Fault.BROKEN, self._unusable(call, status, headers, body))
        if 200 <= status < 300:
            return Failure(Fault.BROKEN, self._unusable(call, status, headers, body))
        error = answer_error(call, status, body, self._secrets)
        wait = retry_after(headers.get("retry-after"))
        if status == 429:
            return Failure(Fault.THROTTLED, error, wait)
        if worth_retrying(error):
            return Failure(Fault.BROKEN, error, wait)
        return Failure(Fault.ANSWERED, error)

    def _unusable(self, call: Call, status: int, headers: httpx.Headers, body: bytes) -> ApiError:
        kind = clean(headers.get("content-type", "no content type"), self._secrets)[:80]
        text = f"expected a JSON object, but was HTTP {status} with {len(body)} bytes of {kind}"
        return _about(Unavailable, call, text, status)

    def _broken(self, call: Call, error: httpx.HTTPError) -> Failure:
        text = clean(f"no answer: {_cause(error)}", self._secrets)
        unsent = isinstance(
            error, (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)
        )
        refused = _certificate_error(error)
        hint = "certificates are always checked; SSL_CERT_FILE names other authorities"
        return Failure(
            Fault.UNSENT if unsent else Fault.BROKEN,
            _about(Unavailable, call, text, hint=hint if refused else None),
            final=refused or isinstance(error, (httpx.UnsupportedProtocol, _TooLarge)),
        )


class _TooLarge(httpx.TransportError):
    """An answer over the limit: it will not be smaller next time."""


def _bounded(response: httpx.Response) -> bytes:
    chunks, size = [], 0
    for chunk in response.iter_bytes():
        size += len(chunk)
        if size > ANSWER_LIMIT:
            raise _TooLarge(f"the answer is larger than {ANSWER_LIMIT >> 20} MiB")
        chunks.append(chunk)
    return chunks[0] if len(chunks) == 1 else b"".join(chunks)


def _json_object(headers: httpx.Headers, body: bytes) -> dict[str, Any] | None:
    """The document, None for whatever is not a JSON object that says it is one (F5)."""
    if "json" not in headers.get("content-type", "json"):
        return None
    try:
        document = orjson.loads(body)
    except orjson.JSONDecodeError:
        return None
    return document if isinstance(document, dict) else None


def _final(call: Call, failure: Failure, tries: int) -> ApiError:
    """The error of a call that is given up, with the number of tries it took."""
    error = failure.error
    error.attempts = tries
    if failure.fault is Fault.BROKEN and call.safety is not Safety.READ and not failure.final:
        lost = _about(AnswerLost, call, error.message, error.status, error.hint)
        lost.code, lost.attempts = error.code, tries
        return lost
    if isinstance(error, RateLimited) and not error.hint:
        error.hint = "too many requests, or a quota that does not clear by itself"
    return error


def _about(
    error_type: type[ApiError],
    call: Call,
    text: str,
    status: int | None = None,
    hint: str | None = None,
) -> ApiError:
    return error_type(text, status=status, method=call.method, path=call.template, hint=hint)


def _cause(error: BaseException) -> str:
    """The innermost reason that says something: "connection refused", not "All attempts failed"."""
    while (inner := error.__cause__ or error.__context__) and str(inner):
        error = inner
    text = getattr(error, "strerror", None) or str(error)
    return text or type(error).__name__


def _certificate_error(error: BaseException | None) -> bool:
    while error is not None:
        if isinstance(error, ssl.SSLCertVerificationError):
            return True
        error = error.__cause__ or error.__context__
    return False


def _silence_loggers() -> None:
    """httpx logs URLs and httpcore headers, with what must not be printed in them."""
    for name in ("httpx", "httpcore"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
