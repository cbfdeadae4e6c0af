"""Deployments, deployed models, evaluators, secrets and the newer jobs, in their outlines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from reconciler.emulator.options import Options
from reconciler.emulator.server import Emulator

if TYPE_CHECKING:
    from collections.abc import Callable

    import httpx

    from reconciler.emulator.clock import ManualClock

BASE = "accounts/fireworks/models/llama-v3p1-8b-instruct"
DEPLOYMENT = {"baseModel": BASE, "acceleratorType": "NVIDIA_H100_80GB", "enableAddons": True}


def deploy(client: httpx.Client, **fields: Any) -> httpx.Response:
    params = {"deploymentId": "dep"}
    return client.post("/deployments", params=params, json=DEPLOYMENT | fields)


@pytest.fixture
def adapter(emulator: Emulator) -> str:
    """The name of a READY adapter."""
    name = "accounts/acme/models/lora"
    peft = {"baseModel": BASE, "r": 8, "targetModules": ["q_proj"]}
    emulator.store.put(name, {"kind": "HF_PEFT_ADDON", "state": "READY", "peftDetails": peft})
    return name


def load(client: httpx.Client, adapter: str) -> httpx.Response:
    body = {"model": adapter, "deployment": "accounts/acme/deployments/dep"}
    return client.post("/deployedModels", json=body)


def test_a_deployment_becomes_ready(client: httpx.Client) -> None:
    created = deploy(client).json()["state"]

    assert ("CREATING", "READY") == (created, client.get("/deployments/dep").json()["state"])


def test_a_dry_run_creates_nothing(client: httpx.Client) -> None:
    params = {"deploymentId": "dep", "validateOnly": "true"}
    shown = client.post("/deployments", params=params, json=DEPLOYMENT).json()

    assert (1, 404) == (shown["maxReplicaCount"], client.get("/deployments/dep").status_code)


def test_a_link_can_lag_behind_an_unload(
    connect: Callable[[Emulator], httpx.Client], clock: ManualClock
) -> None:
    with Emulator(clock=clock, options=Options(link_lag_seconds=20)) as emulator:
        client = connect(emulator)
        peft = {"baseModel": BASE, "r": 8, "targetModules": ["q_proj"]}
        fields = {"kind": "HF_PEFT_ADDON", "state": "READY", "peftDetails": peft}
        emulator.store.put("accounts/acme/models/lora", fields)
        deploy(client)
        client.get("/deployments/dep")
        name = load(client, "accounts/acme/models/lora").json()["name"].rpartition("/")[2]
        client.get(f"/deployedModels/{name}")
        client.delete(f"/deployedModels/{name}")
        early = [
            client.delete(f"/{path}").status_code for path in ("models/lora", "deployments/dep")
        ]
        clock.advance(20)

        assert [400, 400] == early
        assert 200 == client.delete("/models/lora").status_code


def test_a_shape_comes_back_with_its_version(client: httpx.Client) -> None:
    shape = "accounts/fireworks/deploymentShapes/fast"

    assert f"{shape}/versions/v1" == deploy(client, deploymentShape=shape).json()["deploymentShape"]


def test_a_deployment_needs_a_shape_or_an_accelerator(client: httpx.Client) -> None:
    assert "accelerator_type" in client.post("/deployments", json={"baseModel": BASE}).text


def test_replica_counts_can_be_patched_without_a_mask(client: httpx.Client) -> None:
    deploy(client)
    body = {"baseModel": BASE, "maxReplicaCount": 3}

    assert 3 == client.patch("/deployments/dep", json=body).json()["maxReplicaCount"]


def test_the_accelerator_type_stays(client: httpx.Client) -> None:
    deploy(client)
    answer = client.patch("/deployments/dep", json={"acceleratorType": "NVIDIA_B200_180GB"})

    assert 9 == answer.json()["code"]


def test_a_deleted_deployment_keeps_its_id_until_purged(client: httpx.Client) -> None:
    deploy(client)
    client.delete("/deployments/dep")

    assert 409 == deploy(client).status_code


def test_a_deleted_deployment_is_listed_on_demand(client: httpx.Client) -> None:
    deploy(client)
    client.delete("/deployments/dep")
    plain = client.get("/deployments").json()["totalSize"]

    shown = client.get("/deployments", params={"showDeleted": "true"}).json()["totalSize"]
    assert (0, 1) == (plain, shown)


def test_a_deleted_deployment_can_come_back(client: httpx.Client) -> None:
    deploy(client)
    client.delete("/deployments/dep")
    client.get("/deployments/dep")
    client.post("/deployments/dep:undelete", json={})

    assert "READY" == client.get("/deployments/dep").json()["state"]


def test_a_hard_delete_frees_the_id(client: httpx.Client) -> None:
    deploy(client)
    client.delete("/deployments/dep", params={"hard": "true"})

    assert 200 == deploy(client).status_code


def test_a_deployment_can_be_scaled(client: httpx.Client) -> None:
    deploy(client, maxReplicaCount=4)
    client.patch("/deployments/dep:scale", json={"replicaCount": 4})

    assert 4 == client.get("/deployments/dep").json()["desiredReplicaCount"]


def test_an_adapter_is_deploying_then_deployed(
    connect: Callable[[Emulator], httpx.Client], clock: ManualClock
) -> None:
    with Emulator(clock=clock, options=Options(deployment_seconds=60)) as emulator:
        client = connect(emulator)
        emulator.store.put("accounts/acme/models/lora", {"state": "READY"})
        deploy(client)
        name = load(client, "accounts/acme/models/lora").json()["name"].rsplit("/", 1)[1]
        first = client.get(f"/deployedModels/{name}").json()["state"]
        clock.advance(60)

        now = client.get(f"/deployedModels/{name}").json()["state"]
        assert ("DEPLOYING", "DEPLOYED") == (first, now)


def test_loading_twice_says_already_deployed(client: httpx.Client, adapter: str) -> None:
    deploy(client)
    load(client, adapter)
    again = load(client, adapter)

    assert (400, 9, True) == (
        again.status_code,
        again.json()["code"],
        "already deployed" in again.text,
    )


def test_a_loaded_model_cannot_be_deleted(client: httpx.Client, adapter: str) -> None:
    deploy(client)
    load(client, adapter)

    assert "active deployments" in client.delete("/models/lora").json()["message"]


def test_a_loaded_model_says_where(client: httpx.Client, adapter: str) -> None:
    deploy(client)
    load(client, adapter)
    refs = client.get("/models/lora").json()["deployedModelRefs"]

    assert ["accounts/acme/deployments/dep"] == [ref["deployment"] for ref in refs]


def test_a_secrets_value_never_comes_back(client: httpx.Client) -> None:
    body = {"name": "accounts/acme/secrets/token", "keyName": "TOKEN", "value": "canary"}
    client.post("/secrets", json=body).raise_for_status()
    answer = client.get("/secrets/token")

    assert ("TOKEN", False) == (answer.json()["keyName"], "canary" in answer.text)


def test_an_evaluator_is_active_after_its_code_was_uploaded(
    client: httpx.Client, send: Callable[[str, bytes], httpx.Response]
) -> None:
    body = {"evaluatorId": "judge", "evaluator": {"entryPoint": "a.py::score"}}
    created = client.post("/evaluatorsV2", json=body).json()["state"]
    asked = {"filenameToSize": {"code.tar.gz": 4}}
    urls = client.post("/evaluators/judge:getUploadEndpoint", json=asked).json()
    send(urls["filenameToSignedUrls"]["code.tar.gz"], b"code")
    client.post("/evaluators/judge:validateUpload", json={})

    assert ("BUILDING", "ACTIVE") == (created, client.get("/evaluators/judge").json()["state"])


def test_a_preference_job_leaves_model_and_metrics(
    client: httpx.Client, ready_dataset: Callable[[httpx.Client, str], str]
) -> None:
    body = {"dataset": ready_dataset(client, "rows"), "trainingConfig": {"baseModel": BASE}}
    client.post("/dpoJobs", params={"dpoJobId": "job"}, json=body).raise_for_status()
    model = client.get("/models/job").json()["state"]

    signed = client.get("/dpoJobs/job:getMetricsFileEndpoint").json()
    assert ("READY", True) == (model, "signedUrl" in signed)


def test_a_reinforcement_job_needs_an_active_evaluator(
    client: httpx.Client, ready_dataset: Callable[[httpx.Client, str], str]
) -> None:
    client.post("/evaluatorsV2", json={"evaluatorId": "judge", "evaluator": {}})
    body = {
        "dataset": ready_dataset(client, "rows"),
        "evaluator": "accounts/acme/evaluators/judge",
        "trainingConfig": {"baseModel": BASE},
    }

    assert 9 == client.post("/reinforcementFineTuningJobs", json=body).json()["code"]


def test_a_reinforcement_job_completes(
    client: httpx.Client,
    emulator: Emulator,
    ready_dataset: Callable[[httpx.Client, str], str],
) -> None:
    emulator.store.put("accounts/acme/evaluators/judge", {"state": "ACTIVE"})
    body = {
        "dataset": ready_dataset(client, "rows"),
        "evaluator": "accounts/acme/evaluators/judge",
        "trainingConfig": {"baseModel": BASE},
    }
    params = {"reinforcementFineTuningJobId": "job"}
    client.post("/reinforcementFineTuningJobs", params=params, json=body).raise_for_status()

    job = client.get("/reinforcementFineTuningJobs/job").json()
    assert "JOB_STATE_COMPLETED" == job["state"]


@pytest.mark.usefixtures("strange_answers")
def test_quotas_can_be_read(client: httpx.Client) -> None:
    assert 2 == client.get("/quotas").json()["totalSize"]
