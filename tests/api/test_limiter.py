from __future__ import annotations

import pytest

from reconciler.api.limiter import Limiter
from tests.api.fakes import FakeClock


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


def test_nothing_waits_before_the_first_429(clock: FakeClock) -> None:
    limiter = Limiter(clock)
    for _ in range(100):
        limiter.wait()

    assert [] == clock.slept


def test_after_a_429_everyone_waits(clock: FakeClock) -> None:
    limiter = Limiter(clock)
    limiter.throttled(30.0)

    limiter.wait()

    assert 1030.0 == clock.now()


@pytest.mark.fault("F9")
def test_during_a_storm_at_most_one_request_goes_out_a_second(clock: FakeClock) -> None:
    limiter = Limiter(clock)
    limiter.throttled(0.0)
    for _ in range(10):
        limiter.wait()

    assert 1010.0 == clock.now()


def test_answers_open_it_again(clock: FakeClock) -> None:
    limiter = Limiter(clock)
    limiter.throttled(0.0)
    for _ in range(10):
        limiter.wait()
        limiter.accepted()
    recovered = clock.now()
    for _ in range(100):
        limiter.wait()

    assert recovered == clock.now()


def test_a_longer_wait_is_not_cut_by_a_shorter_one(clock: FakeClock) -> None:
    limiter = Limiter(clock)
    limiter.throttled(60.0)
    limiter.throttled(1.0)

    limiter.wait()

    assert 1060.0 == clock.now()
