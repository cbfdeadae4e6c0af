"""What all transfers of a run share: sizes that fit, the budget, and one pace."""

from __future__ import annotations

from dataclasses import replace

import pytest

from reconciler.transfer.options import CHUNK, GRAIN, TransferOptions
from tests.api.fakes import FakeClock


@pytest.mark.parametrize("chunk", [0, -GRAIN, 1, GRAIN + 1])
def test_a_chunk_is_a_multiple_of_what_the_storage_takes(chunk: int) -> None:
    with pytest.raises(ValueError, match="multiple of 262144"):
        TransferOptions(chunk=chunk)


def test_the_chunk_that_users_get_fits() -> None:
    assert 0 == CHUNK % GRAIN


@pytest.mark.parametrize(("status", "wait"), [(429, 30.0), (503, 30.0)])
def test_a_storage_that_names_a_time_is_left_alone_by_everybody(status: int, wait: float) -> None:
    clock = FakeClock()
    options = TransferOptions(clock=clock)
    options.heard(status, wait)
    options.pace.wait()

    assert [wait] == clock.slept


def test_an_outage_without_a_time_means_a_request_a_second() -> None:
    clock = FakeClock()
    options = TransferOptions(clock=clock)
    options.heard(503, None)
    for _ in range(3):
        options.pace.wait()

    assert [1.0, 1.0, 1.0] == clock.slept


def test_answers_that_are_good_again_lift_the_pace() -> None:
    clock = FakeClock()
    options = TransferOptions(clock=clock)
    options.heard(503, None)
    options.pace.wait()
    for _ in range(10):
        options.heard(200, None)
    clock.slept.clear()
    clock.time += 1.0
    for _ in range(100):
        options.pace.wait()

    assert [] == clock.slept


def test_changed_options_have_a_budget_of_their_own() -> None:
    options = TransferOptions()

    assert replace(options, workers=1).lanes is not options.lanes
