"""What is drift, and what is not: an applied example, changed behind everybody's back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from reconciler.plan.drifted import findings
from tests.execute.against_emulator import JOBS, SERVING, Account, account_with

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


SEGMENTS = ("datasets", "models", *JOBS, *SERVING)


@pytest.fixture(scope="module")
def once() -> Iterator[Account]:
    with account_with("fine-tune-and-deploy") as account:
        account.apply(account.plan())
        yield account


@pytest.fixture
def account(once: Account) -> Iterator[Account]:
    """The example as it was applied; whatever a test does to it is undone."""
    store = once.emulator.store
    before = {name: store.get(name) or {} for each in SEGMENTS for name in store.names(each)}
    yield once
    for segment in SEGMENTS:
        remove(once, segment)
    for name, fields in before.items():
        store.put(name, fields)


def change(account: Account, collection: str, **fields: Any) -> None:
    """Somebody changes every resource of a collection by hand."""
    store = account.emulator.store
    for name in store.names(collection):
        store.put(name, {**(store.get(name) or {}), **fields})


def remove(account: Account, collection: str) -> None:
    for name in account.emulator.store.names(collection):
        account.emulator.store.delete(name)


def drift(account: Account) -> list[tuple[str, str]]:
    return [(str(one.ref), one.code) for one in findings(account.plan())]


def test_what_was_just_applied_has_not_drifted(account: Account) -> None:
    assert [] == drift(account)


def _renamed(account: Account) -> None:
    change(account, "deployments", displayName="by hand")


def _moved(account: Account) -> None:
    change(account, "deployments", acceleratorType="NVIDIA_A100_80GB")


def _unloaded(account: Account) -> None:
    remove(account, "deployedModels")


def _half(account: Account) -> None:
    change(account, "datasets", state="UPLOADING")


def _broken(account: Account) -> None:
    change(account, "deployments", state="FAILED")


def _unknown(account: Account) -> None:
    change(account, "deployments", state="QUARANTINED")


def _going(account: Account) -> None:
    change(account, "deployments", state="DELETING")


def _kept(account: Account) -> None:
    change(account, "deployments", state="DELETED", purgeTime="2026-02-02T00:00:00Z")


@pytest.mark.usefixtures("strange_answers")
@pytest.mark.parametrize(
    ("happened", "expected"),
    [
        (_renamed, ("Deployment/support", "changed")),
        (_moved, ("Deployment/support", "changed")),
        (_unloaded, ("DeployedModel/support-bot-on-support", "missing")),
        (_half, ("Dataset/support-chat", "stuck")),
        (_broken, ("Deployment/support", "failed")),
        (_unknown, ("Deployment/support", "unknown-state")),
        (_going, ("Deployment/support", "vanishing")),
        (_kept, ("Deployment/support", "missing")),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_each_way_to_drift_has_its_code(
    account: Account, happened: Callable[[Account], None], expected: tuple[str, str]
) -> None:
    happened(account)

    assert [expected] == drift(account)


def test_a_job_whose_record_is_gone_has_run_while_its_model_is_there(account: Account) -> None:
    remove(account, "supervisedFineTuningJobs")

    assert [] == drift(account)


def test_a_job_that_failed_is_no_drift(account: Account) -> None:
    change(account, "supervisedFineTuningJobs", state="JOB_STATE_FAILED")

    assert [] == drift(account)


def test_a_job_whose_record_and_model_are_gone_is_missing(account: Account) -> None:
    remove(account, "supervisedFineTuningJobs")
    remove(account, "models")

    assert ("SupervisedFineTuningJob/support-bot", "missing") in drift(account)


def test_what_nobody_declares_is_counted_and_no_drift(account: Account) -> None:
    account.emulator.store.put("accounts/acme/datasets/stranger", {"state": "READY"})

    assert [] == drift(account)
    assert 1 == account.plan().unmanaged
