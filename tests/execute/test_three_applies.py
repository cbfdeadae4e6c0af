"""Three applies in a row over every state of every kind of job: no new job (contract 4.3)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from reconciler.execute.options import Wait
from reconciler.kinds.registry import kind
from tests.execute.against_emulator import JOBS, Account, account_with

if TYPE_CHECKING:
    from reconciler.desired.resource import Resource

EXAMPLES = {
    "quickstart": "SupervisedFineTuningJob",
    "dpo": "DpoJob",
    "reinforcement-fine-tuning": "ReinforcementFineTuningJob",
    "legacy-fine-tuning": "FineTuningJob",
}
UNHEARD_OF = "JOB_STATE_QUARANTINED"
IN_STATES = [
    (example, state)
    for example, name in EXAMPLES.items()
    for state in sorted({*kind(name).states, UNHEARD_OF})
]


def job_of(account: Account) -> Resource:
    found = account.desired.resources.values()
    return next(each for each in found if kind(each.ref.kind).runs_once)


def put_model(account: Account, job: Resource, maker: str) -> None:
    fields = {"kind": "HF_PEFT_ADDON", "state": "READY", "fineTuningJob": maker}
    account.emulator.store.put(job.output_model or "", fields)


def jobs_started(account: Account) -> list[str]:
    for _ in range(3):
        account.apply(account.plan(), Wait.STARTED)
    writes = [w for w in account.emulator.writes if w.method == "POST"]
    return [w.path for w in writes if w.path.rpartition("/")[2] in JOBS]


@pytest.mark.fault("F41")
@pytest.mark.usefixtures("strange_answers")
@pytest.mark.parametrize(("example", "state"), IN_STATES)
@pytest.mark.parametrize("with_model", [True, False], ids=["with its model", "without a model"])
def test_a_job_whose_record_is_there_is_not_started(
    example: str, state: str, with_model: bool
) -> None:
    with account_with(example) as account:
        job = job_of(account)
        if with_model:
            put_model(account, job, job.name)
        account.emulator.store.put(job.name, {**job.spec, "state": state})

        assert [] == jobs_started(account)


@pytest.mark.usefixtures("strange_answers")
@pytest.mark.parametrize(("example", "state"), IN_STATES)
def test_a_job_that_differs_from_its_manifest_is_not_started_either(
    example: str, state: str
) -> None:
    with account_with(example) as account:
        job = job_of(account)
        other = {**job.spec, "displayName": "Of another manifest", "state": state}
        account.emulator.store.put(job.name, other)

        assert [] == jobs_started(account)


@pytest.mark.fault("F42")
@pytest.mark.parametrize("example", EXAMPLES)
def test_a_job_whose_record_is_gone_but_whose_model_names_it_is_not_started(example: str) -> None:
    with account_with(example) as account:
        put_model(account, job_of(account), job_of(account).name)

        assert [] == jobs_started(account)


@pytest.mark.parametrize("example", EXAMPLES)
def test_a_job_whose_model_is_made_by_another_is_not_started(example: str) -> None:
    with account_with(example) as account:
        put_model(account, job_of(account), f"{job_of(account).name}-other")

        assert [] == jobs_started(account)


@pytest.mark.parametrize("example", EXAMPLES)
def test_a_job_of_which_nothing_is_there_is_started_once(example: str) -> None:
    with account_with(example) as account:
        assert 1 == len(jobs_started(account))
