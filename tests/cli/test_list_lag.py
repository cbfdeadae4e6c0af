"""The plan after an apply is patient with lists that lag, and with nothing else."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest

from reconciler.cli.list_lag import once_lists_show
from reconciler.diff.change import Action
from reconciler.execute.outcome import Outcome, Status
from reconciler.plan.plan import Verb
from reconciler.tempo import VARIABLE
from tests.execute.plans import plan_of, planned, resource

if TYPE_CHECKING:
    from reconciler.plan.plan import Plan, PlannedChange

LOAD = planned(Action.CREATE, resource("DeployedModel/bot-on-support"), Verb.CREATE)
DATASET = planned(Action.CREATE, resource("Dataset/rows"), Verb.CREATE)
EMPTY = plan_of()


@pytest.fixture(autouse=True)
def in_fast_motion(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "10000")


class Plans:
    """Gives one plan after another, the last for ever; ``made`` counts them."""

    def __init__(self, *plans: Plan) -> None:
        self._plans = plans
        self.made = 0

    def __call__(self) -> Plan:
        self.made += 1
        return self._plans[min(self.made, len(self._plans)) - 1]


def done(change: PlannedChange) -> tuple[Outcome, ...]:
    return (Outcome(change.ref, Status.DONE, "", wrote=True),)


def test_what_was_made_and_is_not_listed_yet_is_looked_for_again() -> None:
    make = Plans(plan_of(LOAD), plan_of(LOAD), EMPTY)

    assert EMPTY == once_lists_show(done(LOAD), make, threading.Event())
    assert 3 == make.made


def test_what_is_never_listed_is_told_after_half_a_minute() -> None:
    make = Plans(plan_of(LOAD))

    assert plan_of(LOAD) == once_lists_show(done(LOAD), make, threading.Event())
    assert 16 == make.made


def test_what_bears_an_id_of_ours_is_asked_for_by_name_and_not_waited_for() -> None:
    make = Plans(plan_of(DATASET))
    once_lists_show(done(DATASET), make, threading.Event())

    assert 1 == make.made


def test_what_this_run_did_not_make_is_not_waited_for() -> None:
    make = Plans(plan_of(LOAD))
    once_lists_show((), make, threading.Event())

    assert 1 == make.made


def test_a_stop_ends_the_waiting() -> None:
    stop, make = threading.Event(), Plans(plan_of(LOAD))
    stop.set()
    once_lists_show(done(LOAD), make, stop)

    assert 1 == make.made
