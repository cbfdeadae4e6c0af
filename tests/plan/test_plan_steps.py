"""The steps are the very list that is shown and run (contract 4.5)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from reconciler.plan.plan import Verb
from tests.desired.manifests import (
    BASE,
    JOB,
    account,
    dataset,
    desired,
    files,
    job,
    live,
    made,
    manifest,
    one,
    weights,
)
from tests.plan.planning import of, plan

if TYPE_CHECKING:
    from reconciler.live.state import LiveResource
    from reconciler.manifest.manifest import Manifest


def _text(wanted: Manifest, *found: LiveResource, replace: bool = False) -> str:
    ref = str(wanted.ref)
    shown = plan([wanted], account(*found), replace=[ref] if replace else [])
    return " → ".join(step.detail for step in of(shown, ref).steps)


def _made(wanted: Manifest, state: str, **body: Any) -> LiveResource:
    return made(one(desired(wanted), str(wanted.ref)), state, **body)


MODELS = "accounts/acme/models"
BIG = weights(brings=files("a.safetensors", "b.safetensors", "config.json", size=30_333_333))


def test_a_model_is_created_sent_and_validated() -> None:
    assert "create → upload 3 files, 91 MB → validate" == _text(BIG)


def test_a_small_dataset_is_sent_at_once() -> None:
    assert "create → upload 1 file, 10 B → wait until ready" == _text(dataset())


def test_a_big_dataset_is_validated() -> None:
    big = dataset(brings=files("chat.jsonl", size=150_000_000))

    assert "create → upload 1 file, 150 MB → validate" == _text(big)


def test_a_dataset_without_files_is_waited_for() -> None:
    assert "create → wait until ready" == _text(
        manifest("Dataset/far", {"externalUrl": "gs://b/x.jsonl"})
    )


def test_a_repair_shows_only_what_is_missing() -> None:
    assert "upload 3 files, 91 MB → validate" == _text(BIG, _made(BIG, "UPLOADING"))


def test_a_repair_updates_what_differs_too() -> None:
    named = weights(spec={"displayName": "New"})

    assert "update displayName → upload 2 files, 20 B → validate" == _text(
        named, _made(named, "UPLOADING", displayName="Old")
    )


def test_an_import_is_validated_and_never_sent() -> None:
    wanted = manifest("Model/bot", {"displayName": "Bot"})

    assert "validate" == _text(wanted, live("Model/bot", "UPLOADING", displayName="Bot"))


def test_a_dataset_that_the_platform_prepares_is_waited_for() -> None:
    wanted = manifest("Dataset/far", {"externalUrl": "gs://b/x.jsonl"})

    assert "wait until ready" == _text(wanted, _made(wanted, "UPLOADING"))


def test_an_update_names_its_fields() -> None:
    wanted = weights(spec={"displayName": "New", "description": "Newer"})

    assert "update description, displayName" == _text(
        wanted, _made(wanted, "READY", displayName="", description="")
    )


def test_an_update_of_nested_values_names_the_field_once() -> None:
    windows = {"scaleUpWindow": "30s", "scaleDownWindow": "600s"}
    wanted = manifest("Deployment/chat", {"baseModel": BASE, "autoscalingPolicy": windows})
    other = {"scaleUpWindow": "31s", "scaleDownWindow": "601s"}

    assert "update autoscalingPolicy → wait until ready" == _text(
        wanted, _made(wanted, "READY", autoscalingPolicy=other)
    )


def test_what_is_equal_has_no_steps() -> None:
    assert "" == _text(dataset(), _made(dataset(), "READY"))


def test_a_replace_deletes_and_makes_again() -> None:
    wanted = dataset(prevent_destroy=False)

    assert "delete → create → upload 1 file, 10 B → wait until ready" == _text(
        wanted, _made(wanted, "READY"), replace=True
    )


def test_a_job_is_created_and_its_wait_left_to_the_apply() -> None:
    shown = plan([dataset(), job()])

    assert [Verb.CREATE] == [step.verb for step in of(shown, f"{JOB}/bot").steps]


@pytest.mark.parametrize("state", ["JOB_STATE_RUNNING", "JOB_STATE_PAUSED", "JOB_STATE_CANCELLING"])
def test_a_running_job_is_cancelled_before_it_is_deleted(state: str) -> None:
    assert "cancel → wait until it has ended → delete" == _text(
        manifest(f"{JOB}/bot", absent=True), live(f"{JOB}/bot", state)
    )


@pytest.mark.parametrize("state", ["JOB_STATE_COMPLETED", "JOB_STATE_FAILED"])
def test_a_job_that_has_ended_is_deleted_at_once(state: str) -> None:
    assert "delete" == _text(manifest(f"{JOB}/bot", absent=True), live(f"{JOB}/bot", state))


def test_a_job_of_the_older_collection_cannot_be_cancelled() -> None:
    assert "delete" == _text(
        manifest("FineTuningJob/bot", absent=True), live("FineTuningJob/bot", "RUNNING")
    )


@pytest.mark.parametrize(
    ("state", "steps"),
    [("DEPLOYING", "wait until ready → delete"), ("DEPLOYED", "delete")],
)
def test_a_load_that_comes_up_is_unloaded_when_it_is_there(state: str, steps: str) -> None:
    pair = {"model": f"{MODELS}/bot", "deployment": "accounts/acme/deployments/support"}

    assert steps == _text(
        manifest("DeployedModel/bot", pair, absent=True), live("DeployedModel/x1", state, **pair)
    )


def test_a_deployment_that_comes_up_is_deleted_at_once() -> None:
    assert "delete" == _text(
        manifest("Deployment/chat", absent=True), live("Deployment/chat", "CREATING")
    )


def test_a_refused_change_has_no_steps() -> None:
    assert "" == _text(weights(), _made(weights(), "READY", kind="EMBEDDING_MODEL"))


def test_an_upload_counts_its_files_and_bytes() -> None:
    upload = of(plan([BIG]), "Model/base").steps[1]

    assert (Verb.UPLOAD, 3, 90_999_999) == (upload.verb, upload.files, upload.bytes)


def test_a_model_described_by_a_manifest_is_updated_after_its_job() -> None:
    shown = plan([dataset(), job(), manifest("Model/bot", {"displayName": "Bot"})])

    assert ["update displayName"] == [step.detail for step in of(shown, "Model/bot").steps]


def test_a_paid_run_is_tagged_and_its_cost_is_said_to_be_unknown() -> None:
    run = of(plan([dataset(), job(spec={"baseModel": BASE})]), f"{JOB}/bot")

    assert ("money",) == run.risk
    assert run.cost is not None
    assert (None, None) == (run.cost.usd_low, run.cost.usd_high)
    assert run.cost.basis.startswith("unknown")


def test_what_costs_nothing_has_no_cost() -> None:
    assert None is of(plan([dataset()]), "Dataset/chat").cost


def test_a_delete_is_tagged_as_a_loss() -> None:
    shown = plan([manifest("Dataset/chat", absent=True)], account(live("Dataset/chat")))

    assert ("data loss",) == of(shown, "Dataset/chat").risk
