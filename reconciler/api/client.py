"""The control plane's one client: sends a Call, tries again when that is safe, decodes JSON."""

from __future__ import annotations

import logging
import random
import threading
from typing import TYPE_CHECKING, Any

import orjson

from reconciler.api.answers import bounded, final_error, no_answer, read_answer
from reconciler.api.bearer import authorization
from reconciler.api.call import Safety
from reconciler.api.clock import Clock, RealClock
from reconciler.api.deadline import within
from reconciler.api.lean import httpx
from reconciler.api.limiter import Limiter
from reconciler.api.readonly import ReadOnlyTransport
from reconciler.api.retry import (
    Failure,
    Fault,
    RetryBudget,
    RetryPolicy,
    Tried,
    delay,
)
from reconciler.api.transport import CONNECTIONS, DeadlineTransport
from reconciler.errors import AlreadyExists, FailedPrecondition, NotFound
from reconciler.version import VERSION

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from reconciler.api.call import Call
    from reconciler.api.connection import Connection
    from reconciler.api.secret import Secret


ANSWERS = (AlreadyExists, FailedPrecondition, NotFound)
"""Errors that are ordinary answers: nobody who asks for API errors means these."""

_LOG = logging.getLogger("reconciler.api")


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
        self._http: dict[bool, httpx.Client] = {}
        self._wary = False
        self.requests_sent = 0

    def hide(self, secret: Secret) -> None:
        """Keep another secret out of every message from here on."""
        if secret not in self._secrets:
            self._secrets.append(secret)

    @property
    def secrets(self) -> tuple[Secret, ...]:
        """All that messages must not show."""
        return tuple(self._secrets)

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
        began, tries, doubt = self._clock.now(), 0, False
        while True:
            self._limiter.wait()
            tries += 1
            seconds = min(call.seconds or self._policy.seconds, self._left(began))
            outcome = self._try(call, seconds, content, headers)
            if not isinstance(outcome, Failure):
                self._budget.refund()
                return outcome
            doubt |= outcome.fault is Fault.BROKEN
            self._wary |= doubt
            pause = self._pause(call, outcome, Tried(tries, self._clock.now() - began))
            if pause is None:
                error = final_error(call, outcome, tries, doubt=doubt)
                level = logging.DEBUG if isinstance(error, ANSWERS) else logging.INFO
                _LOG.log(level, "api: %s", error.call)
                raise error
            self._clock.sleep(pause)

    def close(self) -> None:
        """Give the connections back; a later call opens new ones."""
        with self._lock:
            for client in self._http.values():
                client.close()
            self._http.clear()

    def _left(self, began: float) -> float:
        return max(1.0, self._policy.total - (self._clock.now() - began))

    def _pause(self, call: Call, failure: Failure, tried: Tried) -> float | None:
        if failure.fault is Fault.BROKEN and call.tries is not None and tried.tries >= call.tries:
            return None
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
        with self._lock:
            self.requests_sent += 1
        # Once a peer has hung up, what must not be lost goes on a connection of its own (F13).
        client = self._client(fresh=self._wary and call.safety is Safety.ONCE)
        request = self._request(client, call, content() if content else None, headers)
        try:
            with within(seconds):
                status, answer_headers, body = _exchange(client, request)
        except httpx.HTTPError as error:
            return no_answer(call, error, self._secrets)
        if status != 429:
            self._limiter.accepted()
        return read_answer(call, status, answer_headers, body, self._secrets)

    def _request(
        self,
        client: httpx.Client,
        call: Call,
        content: Iterator[bytes] | None,
        headers: dict[str, str] | None,
    ) -> httpx.Request:
        sent = {**authorization(self._connection.key), **(headers or {})}
        body: Iterable[bytes] | bytes | None = content
        if call.body is not None:
            sent["Content-Type"] = "application/json"
            body = orjson.dumps(call.body)
        url = self._connection.base_url + call.path
        return client.build_request(
            call.method, url, params=dict(call.query) or None, content=body, headers=sent
        )

    def _client(self, *, fresh: bool) -> httpx.Client:
        with self._lock:
            if fresh not in self._http:
                self._http[fresh] = self._open(0 if fresh else CONNECTIONS)
            return self._http[fresh]

    def _open(self, kept: int) -> httpx.Client:
        _silence_loggers()
        transport = self._transport or DeadlineTransport(self._connection.base_url, kept)
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


def _exchange(client: httpx.Client, request: httpx.Request) -> tuple[int, httpx.Headers, bytes]:
    response = client.send(request, stream=True)
    try:
        return response.status_code, response.headers, bounded(response)
    finally:
        response.close()


def _silence_loggers() -> None:
    """httpx logs URLs and httpcore headers, with what must not be printed in them."""
    for name in ("httpx", "httpcore"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
