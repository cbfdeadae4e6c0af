"""An emulator, the official SDK pointed at it, and a plain client that sends files as docs say."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx
import pytest
import requests
from fireworks import Fireworks

from reconciler.emulator.clock import ManualClock
from reconciler.emulator.server import Emulator

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def emulator(clock: ManualClock) -> Iterator[Emulator]:
    """Jobs take 100 seconds of a clock that a test moves."""
    with Emulator(clock=clock, seconds_per_job=100.0) as running:
        yield running


@pytest.fixture
def connect() -> Iterator[Callable[[Emulator, int], Fireworks]]:
    """``connect(emulator, retries)`` is the SDK as its readme makes it, for that emulator."""
    opened: list[Fireworks] = []

    def open_client(emulator: Emulator, retries: int) -> Fireworks:
        opened.append(
            Fireworks(
                base_url=emulator.url,
                api_key=emulator.key,
                account_id=emulator.account,
                max_retries=retries,
                http_client=httpx.Client(trust_env=False),
            )
        )
        return opened[-1]

    yield open_client
    for client in opened:
        client.close()


@pytest.fixture
def sdk(emulator: Emulator, connect: Callable[[Emulator, int], Fireworks]) -> Fireworks:
    """The SDK without its retries: every answer is seen as it came."""
    return connect(emulator, 0)


@pytest.fixture
def send() -> Callable[[str, bytes], int]:
    """``send(url, data)`` puts a file to its signed URL; the HTTP status."""

    def put(url: str, data: bytes) -> int:
        headers = {
            "Content-Type": "application/octet-stream",
            "x-goog-content-length-range": f"{len(data)},{len(data)}",
        }
        return requests.put(url, data=data, headers=headers, timeout=10).status_code

    return put
