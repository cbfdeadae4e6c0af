"""The older fineTuningJobs collection: snake_case, templates, states without a prefix."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from reconciler.emulator.server import Emulator

if TYPE_CHECKING:
    from collections.abc import Callable

    import httpx

    from reconciler.emulator.clock import ManualClock

    Make = Callable[[httpx.Client, str], str]

BASE = "accounts/fireworks/models/llama-v3p1-8b-instruct"
TEMPLATES = {"input_template": "{a}", "output_template": "{b}"}


def start(client: httpx.Client, **fields: Any) -> httpx.Response:
    body = {"dataset": "rows", "base_model": BASE, "text_completion": TEMPLATES, **fields}
    return client.post("/fineTuningJobs", json=body)


def test_it_makes_up_job_and_model_ids(client: httpx.Client, ready_dataset: Make) -> None:
    ready_dataset(client, "rows")
    job = start(client).json()

    assert (16, 16) == (len(job["name"].rsplit("/", 1)[1]), len(job["modelId"]))


def test_it_takes_a_job_id_from_the_query(client: httpx.Client, ready_dataset: Make) -> None:
    ready_dataset(client, "rows")
    body = {"dataset": "rows", "baseModel": BASE, "conversation": {}}
    job = client.post("/fineTuningJobs", params={"fineTuningJobId": "mine"}, json=body).json()

    assert "accounts/acme/fineTuningJobs/mine" == job["name"]


def test_it_answers_with_the_datasets_full_name(client: httpx.Client, ready_dataset: Make) -> None:
    ready_dataset(client, "rows")

    assert "accounts/acme/datasets/rows" == start(client).json()["dataset"]


def test_its_states_have_no_prefix(
    connect: Callable[[Emulator], httpx.Client], ready_dataset: Make, clock: ManualClock
) -> None:
    with Emulator(clock=clock, seconds_per_job=100) as emulator:
        client = connect(emulator)
        ready_dataset(client, "rows")
        name = start(client).json()["name"].rsplit("/", 1)[1]
        seen = []
        for _ in range(21):
            now = client.get(f"/fineTuningJobs/{name}").json()["state"]
            seen += [now] if now not in seen else []
            clock.advance(5)

        assert ["CREATING", "PENDING", "RUNNING", "COMPLETED"] == seen


def test_its_model_can_be_named(client: httpx.Client, ready_dataset: Make) -> None:
    ready_dataset(client, "rows")
    start(client, model_id="tuned")

    assert "READY" == client.get("/models/tuned").json()["state"]


def test_a_post_on_a_job_reads_it(client: httpx.Client, ready_dataset: Make) -> None:
    ready_dataset(client, "rows")
    job = start(client).json()["name"].rsplit("/", 1)[1]

    assert "COMPLETED" == client.post(f"/fineTuningJobs/{job}").json()["state"]


def test_fractional_epochs_are_accepted(client: httpx.Client, ready_dataset: Make) -> None:
    ready_dataset(client, "rows")

    assert 0.5 == start(client, epochs=0.5).json()["epochs"]


@pytest.mark.parametrize(
    "fields",
    [
        {"text_completion": None},
        {"conversation": {}},
        {"text_completion": {"input_template": "x"}},
        {"base_model": ""},
        {"dataset": ""},
        {"datasets": [{"dataset": "rows"}]},
        {"lora_rank": 33},
        {"warm_start_from": BASE},
    ],
)
def test_a_job_that_breaks_a_rule_is_refused(
    client: httpx.Client, ready_dataset: Make, fields: dict[str, Any]
) -> None:
    ready_dataset(client, "rows")
    answer = start(client, **fields)

    assert (400, 3) == (answer.status_code, answer.json()["code"])


def test_the_wandb_key_never_comes_back(client: httpx.Client, ready_dataset: Make) -> None:
    ready_dataset(client, "rows")

    assert "canary" not in start(client, wandb_api_key="canary").text


@pytest.mark.usefixtures("strange_answers")
def test_its_display_name_can_be_updated(client: httpx.Client, ready_dataset: Make) -> None:
    ready_dataset(client, "rows")
    job = start(client).json()["name"].rsplit("/", 1)[1]
    url = f"/fineTuningJobs/{job}"
    answer = client.patch(url, params={"updateMask": "display_name"}, json={"displayName": "x"})

    assert "x" == answer.json()["displayName"]


@pytest.mark.usefixtures("strange_answers")
def test_nothing_else_can_be_updated(client: httpx.Client, ready_dataset: Make) -> None:
    ready_dataset(client, "rows")
    job = start(client).json()["name"].rsplit("/", 1)[1]
    answer = client.patch(f"/fineTuningJobs/{job}", params={"updateMask": "epochs"}, json={})

    assert 400 == answer.status_code
