"""The exit code is a function of the outcomes (contract section 6)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from reconciler.execute.exit_code import exit_code
from reconciler.execute.outcome import Outcome, Status
from reconciler.ref import ResourceRef
from tests.execute.plans import dataset, plan_of

DONE, RUNNING, WAITING = Status.DONE, Status.RUNNING, Status.WAITING
FAILED, SKIPPED, BLOCKED = Status.FAILED, Status.SKIPPED, Status.BLOCKED


def outcomes(*statuses: Status, wrote: bool = True) -> list[Outcome]:
    found = enumerate(statuses)
    return [Outcome(ResourceRef("Dataset", f"d{n}"), status, wrote=wrote) for n, status in found]


@pytest.mark.parametrize(
    ("statuses", "code"),
    [
        ((), 0),
        ((DONE, DONE), 0),
        ((DONE, RUNNING), 7),
        ((RUNNING, WAITING), 7),
        ((DONE, BLOCKED), 6),
        ((RUNNING, BLOCKED, SKIPPED), 6),
        ((DONE, FAILED, SKIPPED), 4),
        ((RUNNING, FAILED, BLOCKED), 4),
    ],
)
def test_the_worst_outcome_decides(statuses: tuple[Status, ...], code: int) -> None:
    assert exit_code(outcomes(*statuses), plan_of()) == code


def test_a_failure_before_the_first_write_is_1() -> None:
    assert exit_code(outcomes(FAILED, SKIPPED, wrote=False), plan_of()) == 1


def test_a_refused_plan_is_6_though_everything_else_is_done() -> None:
    refused = plan_of(dataset("d0", blocked_by=("it is protected",)))

    assert exit_code(outcomes(DONE), refused) == 6


def test_a_change_that_is_done_and_planned_again_did_not_stick() -> None:
    assert exit_code(outcomes(DONE), plan_of(), [dataset("d0")]) == 4


def test_what_still_runs_may_be_planned_again() -> None:
    assert exit_code(outcomes(RUNNING), plan_of(), [dataset("d0")]) == 7


def test_an_account_that_could_not_be_read_whole_is_a_failure() -> None:
    assert exit_code(outcomes(DONE, wrote=False), replace(plan_of(), complete=False)) == 1
