"""What each state of a training job means to whoever waits."""

from __future__ import annotations

import pytest

from reconciler.kinds.kind import Readiness
from reconciler.kinds.registry import kind

NEWER = ("DpoJob", "ReinforcementFineTuningJob", "SupervisedFineTuningJob")
SUPERVISED = {
    Readiness.READY: {"COMPLETED", "EARLY_STOPPED"},
    Readiness.FAILED: {"FAILED", "CANCELLED", "EXPIRED"},
    Readiness.VANISHING: {"DELETING", "DELETING_CLEANING_UP"},
    Readiness.DELETED: set[str](),
    Readiness.HALTED: {"PAUSED", "IDLE"},
    Readiness.PENDING: {
        "CREATING",
        "PENDING",
        "VALIDATING",
        "CREATING_INPUT_DATASET",
        "RUNNING",
        "WRITING_RESULTS",
        "RE_QUEUEING",
        "CANCELLING",
    },
    Readiness.UNKNOWN: {"UNSPECIFIED"},
}
OLDER = {
    Readiness.READY: {"COMPLETED"},
    Readiness.FAILED: {"FAILED"},
    Readiness.VANISHING: {"DELETING"},
    Readiness.DELETED: set[str](),
    Readiness.HALTED: set[str](),
    Readiness.PENDING: {"CREATING", "PENDING", "RUNNING"},
    Readiness.UNKNOWN: {"STATE_UNSPECIFIED"},
}


@pytest.mark.parametrize("readiness", Readiness)
@pytest.mark.parametrize("name", NEWER)
def test_states_of_a_job(name: str, readiness: Readiness) -> None:
    states = kind(name).states

    expected = {f"JOB_STATE_{state}" for state in SUPERVISED[readiness]}

    assert expected == {state for state in states if states[state] is readiness}


@pytest.mark.parametrize("readiness", Readiness)
def test_states_of_an_older_job(readiness: Readiness) -> None:
    states = kind("FineTuningJob").states

    assert OLDER[readiness] == {state for state in states if states[state] is readiness}
