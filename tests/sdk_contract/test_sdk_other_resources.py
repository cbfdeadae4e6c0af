"""The official SDK walks every other resource that the emulator serves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from fireworks import AuthenticationError, BadRequestError, NotFoundError, PermissionDeniedError

if TYPE_CHECKING:
    from collections.abc import Callable

    from fireworks import Fireworks

    from reconciler.emulator.clock import ManualClock
    from reconciler.emulator.server import Emulator

    Send = Callable[[str, bytes], int]

BASE = "accounts/fireworks/models/llama-v3p1-8b-instruct"
ROWS = "accounts/acme/datasets/rows"
LORA = "accounts/acme/models/lora"
CODE = b"\x1f\x8b code"


@pytest.fixture
def rows(emulator: Emulator) -> str:
    """The name of a READY dataset."""
    emulator.store.put(ROWS, {"state": "READY", "exampleCount": "3"})
    return ROWS


@pytest.fixture
def lora(emulator: Emulator) -> str:
    """The name of a READY adapter."""
    peft = {"baseModel": BASE, "r": 8, "targetModules": ["q_proj"]}
    emulator.store.put(LORA, {"kind": "HF_PEFT_ADDON", "state": "READY", "peftDetails": peft})
    return LORA


def deploy(sdk: Fireworks, **fields: Any) -> str:
    deployment = sdk.deployments.create(
        base_model=BASE,
        deployment_id="dep",
        accelerator_type="NVIDIA_H100_80GB",
        enable_addons=True,
        **fields,
    )
    return str(deployment.name)


def test_the_keys_account_is_listed_and_ready(sdk: Fireworks) -> None:
    assert [("accounts/acme", "READY")] == [(a.name, a.state) for a in sdk.accounts.list()]
    assert "UNSUSPENDED" == sdk.accounts.get(account_id="acme").suspend_state


def test_a_wrong_key_is_an_authentication_error(sdk: Fireworks) -> None:
    with pytest.raises(AuthenticationError):
        list(sdk.with_options(api_key="fw_wrong").models.list())


def test_a_foreign_account_is_denied(sdk: Fireworks) -> None:
    with pytest.raises(PermissionDeniedError):
        sdk.models.get("m", account_id="somebody")


def test_a_dpo_job_runs_to_its_end(sdk: Fireworks, rows: str, clock: ManualClock) -> None:
    made = sdk.dpo_jobs.create(
        dpo_job_id="dpo",
        dataset=rows,
        loss_config={"method": "DPO"},
        training_config={"base_model": BASE, "output_model": "accounts/acme/models/dpo"},
    )
    clock.advance(200)

    assert "JOB_STATE_CREATING" == made.state
    assert "JOB_STATE_COMPLETED" == sdk.dpo_jobs.get("dpo").state
    assert sdk.dpo_jobs.get_metrics_file_endpoint("dpo").signed_url
    assert ["accounts/acme/dpoJobs/dpo"] == [job.name for job in sdk.dpo_jobs.list()]


def test_a_dpo_job_is_cancelled_resumed_and_deleted(
    sdk: Fireworks, rows: str, clock: ManualClock
) -> None:
    config: Any = {"base_model": BASE, "output_model": "accounts/acme/models/dpo"}
    sdk.dpo_jobs.create(dpo_job_id="dpo", dataset=rows, training_config=config)
    sdk.dpo_jobs.cancel("dpo", body={})
    clock.advance(50)
    cancelled = sdk.dpo_jobs.get("dpo").state
    sdk.dpo_jobs.resume("dpo", body={})
    clock.advance(200)
    sdk.dpo_jobs.delete("dpo")
    clock.advance(50)

    assert "JOB_STATE_CANCELLED" == cancelled
    with pytest.raises(NotFoundError):
        sdk.dpo_jobs.get("dpo")


def build_evaluator(sdk: Fireworks, send: Send) -> str:
    made = sdk.evaluators.create(
        evaluator_id="judge", evaluator={"display_name": "Judge", "entry_point": "a.py::judge"}
    )
    sizes = {"code.tar.gz": str(len(CODE))}
    endpoint = sdk.evaluators.get_upload_endpoint("judge", filename_to_size=sizes)
    send((endpoint.filename_to_signed_urls or {})["code.tar.gz"], CODE)
    sdk.evaluators.validate_upload("judge", body={})
    return str(made.name)


def test_an_evaluator_is_active_once_its_code_is_built(sdk: Fireworks, send: Send) -> None:
    build_evaluator(sdk, send)

    assert "ACTIVE" == sdk.evaluators.get("judge").state
    assert "Judge" in [evaluator.display_name for evaluator in sdk.evaluators.list()]
    assert {"code.tar.gz"} == set(
        sdk.evaluators.get_source_code_endpoint("judge").filename_to_signed_urls or {}
    )
    assert sdk.evaluators.get_build_log_endpoint("judge").build_log_signed_uri


def test_an_evaluator_is_updated_and_deleted(sdk: Fireworks, send: Send) -> None:
    build_evaluator(sdk, send)

    sdk.evaluators.update("judge", description="fair")
    described = sdk.evaluators.get("judge").description
    sdk.evaluators.delete("judge")

    assert "fair" == described
    with pytest.raises(NotFoundError):
        sdk.evaluators.get("judge")


def test_a_reinforcement_job_runs_to_its_end(
    sdk: Fireworks, rows: str, send: Send, clock: ManualClock
) -> None:
    sdk.reinforcement_fine_tuning_jobs.create(
        reinforcement_fine_tuning_job_id="rft",
        dataset=rows,
        evaluator=build_evaluator(sdk, send),
        training_config={"base_model": BASE, "output_model": "accounts/acme/models/rft"},
    )
    clock.advance(200)

    assert "JOB_STATE_COMPLETED" == sdk.reinforcement_fine_tuning_jobs.get("rft").state
    assert 1 == len(list(sdk.reinforcement_fine_tuning_jobs.list()))


def test_a_deployment_is_created_scaled_updated_and_brought_back(sdk: Fireworks) -> None:
    deploy(sdk, max_replica_count=2)
    sdk.deployments.scale("dep", replica_count=2)
    sdk.deployments.update("dep", base_model=BASE, display_name="Mine")
    updated = sdk.deployments.get("dep")
    sdk.deployments.delete("dep")
    deleted = sdk.deployments.get("dep").state
    sdk.deployments.undelete("dep", body={})

    assert ("READY", "Mine") == (updated.state, updated.display_name)
    assert "DELETED" == deleted
    assert ["READY"] == [deployment.state for deployment in sdk.deployments.list()]


def test_a_dry_run_shows_the_deployment_that_would_be(sdk: Fireworks) -> None:
    deploy(sdk, validate_only=True)

    assert [] == list(sdk.deployments.list(show_deleted=True))


def test_a_lora_is_loaded_and_unloaded(sdk: Fireworks, lora: str) -> None:
    loaded = sdk.lora.load(model=lora, deployment=deploy(sdk))
    identifier = str(loaded.name).rpartition("/")[2]
    state = sdk.lora.get(identifier).state
    sdk.lora.update(identifier, display_name="Mine")
    listed = [row.display_name for row in sdk.lora.list()]
    refs = sdk.models.get("lora").deployed_model_refs or []
    sdk.lora.unload(identifier)

    assert ("DEPLOYED", ["Mine"]) == (state, listed)
    assert [loaded.name] == [ref.name for ref in refs]


def test_a_deployed_model_is_not_deleted(sdk: Fireworks, lora: str) -> None:
    sdk.lora.load(model=lora, deployment=deploy(sdk))

    with pytest.raises(BadRequestError):
        sdk.models.delete("lora")


def test_a_secret_never_shows_its_value(sdk: Fireworks) -> None:
    name = "accounts/acme/secrets/wandb-key"
    sdk.secrets.create(name=name, key_name="WANDB_KEY", value="hidden")
    sdk.secrets.update("wandb-key", key_name="WANDB_KEY", value="hidden too")

    read = sdk.secrets.get("wandb-key")
    listed = [(secret.name, secret.value) for secret in sdk.secrets.list()]
    sdk.secrets.delete("wandb-key")

    assert ("WANDB_KEY", None) == (read.key_name, read.value)
    assert [(name, None)] == listed
