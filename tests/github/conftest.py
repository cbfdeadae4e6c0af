"""A repository on loopback, a client whose clock jumps, and a run of a pull request in it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from reconciler.api.secret import Secret
from reconciler.github.client import GitHub
from reconciler.github.run_context import RunContext
from tests.github.fake_api import REPOSITORY, TOKEN, FakeGitHub

if TYPE_CHECKING:
    from collections.abc import Iterator

HEAD = "a" * 40


class JumpingClock:
    """Time passes only by sleeping."""

    def __init__(self) -> None:
        self.slept: list[float] = []

    def now(self) -> float:
        return sum(self.slept)

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)


@pytest.fixture
def fake() -> Iterator[FakeGitHub]:
    with FakeGitHub() as running:
        yield running


@pytest.fixture
def clock() -> JumpingClock:
    return JumpingClock()


@pytest.fixture
def github(fake: FakeGitHub, clock: JumpingClock) -> Iterator[GitHub]:
    client = GitHub(fake.url, Secret(TOKEN), clock=clock, jitter=lambda: 1.0)
    yield client
    client.close()


@pytest.fixture
def run(fake: FakeGitHub) -> RunContext:
    """The first run of a pull request that is open."""
    context = RunContext(
        fake.url, "https://github.example", REPOSITORY, Secret(TOKEN), "pull_request",
        "refs/pull/2/merge", "f" * 40, HEAD, 0, 100, 1,
    )  # fmt: skip
    return replace(context, pull=fake.open_pull(HEAD))
