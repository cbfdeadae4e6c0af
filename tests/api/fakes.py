"""A clock that nobody waits for, and a platform that answers from a list."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import httpx

from reconciler.api.client import ControlClient
from reconciler.api.connection import Connection
from reconciler.api.secret import Secret

if TYPE_CHECKING:
    from collections.abc import Iterable

    from reconciler.api.retry import RetryPolicy

KEY = "fw_test_canary_key_0123456789"
BASE_URL = "http://127.0.0.1:1"

Reply = httpx.Response | Exception | Callable[[httpx.Request], httpx.Response]


class FakeClock:
    """Sleeping moves it on at once; ``slept`` has every wait."""

    def __init__(self) -> None:
        self.time = 1000.0
        self.slept: list[float] = []

    def now(self) -> float:
        return self.time

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.time += seconds


class Script(httpx.BaseTransport):
    """Answers with one reply after the other, the last one for ever; ``requests`` has them all."""

    def __init__(self, replies: Iterable[Reply]) -> None:
        self._replies = list(replies)
        self.requests: list[httpx.Request] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        request.read()
        self.requests.append(request)
        reply = self._replies.pop(0) if len(self._replies) > 1 else self._replies[0]
        if isinstance(reply, Exception):
            raise reply
        return reply(request) if callable(reply) else reply


def connection(base_url: str = BASE_URL, key: str = KEY) -> Connection:
    return Connection(base_url, "acme", Secret(key))


def scripted(
    *replies: Reply,
    clock: FakeClock | None = None,
    policy: RetryPolicy | None = None,
    read_only: bool = False,
) -> tuple[ControlClient, Script]:
    """A client whose platform gives these replies; jitter is always the whole backoff."""
    script = Script(replies)
    client = ControlClient(
        connection(),
        read_only=read_only,
        clock=clock or FakeClock(),
        policy=policy,
        transport=script,
        jitter=lambda: 1.0,
    )
    return client, script


def ok(**fields: object) -> Callable[[httpx.Request], httpx.Response]:
    """200 with these fields, a new response each time."""
    return lambda _request: httpx.Response(200, json=fields)


def error(
    status: int, code: int | None = None, message: str = "", **headers: str
) -> Callable[[httpx.Request], httpx.Response]:
    """The gateway's error body with this status, and headers (``retry_after="1"``)."""
    body: dict[str, object] = {"code": code, "message": message, "details": []}
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda _request: httpx.Response(status, json=body, headers=named)
