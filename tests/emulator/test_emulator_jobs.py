"""Training jobs: references, states over time, results, cancel, resume, delete."""

from __future__ import annotations

import json
import struct
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from reconciler.emulator.faults import Fault
from reconciler.emulator.server import Emulator

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from reconciler.emulator.clock import ManualClock

    Make = Callable[[httpx.Client, str], str]

BASE = "accounts/fireworks/models/llama-v3p1-8b-instruct"
JOBS = "/supervisedFineTuningJobs"


@pytest.fixture
def slow(clock: ManualClock) -> Iterator[Emulator]:
    """An emulator whose jobs take 1000 seconds of the manual clock."""
    with Emulator(clock=clock, seconds_per_job=1000) as running:
        yield running


@pytest.fixture
def trainer(
    slow: Emulator, connect: Callable[[Emulator], httpx.Client], ready_dataset: Make
) -> httpx.Client:
    """A client of it, with the dataset `rows`."""
    client = connect(slow)
    ready_dataset(client, "rows")
    return client


def start(client: httpx.Client, identifier: str = "job", **fields: Any) -> httpx.Response:
    body = {"dataset": "rows", "baseModel": BASE, **fields}
    return client.post(JOBS, params={"supervisedFineTuningJobId": identifier}, json=body)


def state(client: httpx.Client) -> str:
    return str(client.get(f"{JOBS}/job").json()["state"])


def test_a_job_is_complete_at_its_first_read_when_jobs_take_no_time(
    client: httpx.Client, ready_dataset: Make
) -> None:
    ready_dataset(client, "rows")
    created = start(client).json()["state"]

    assert ("JOB_STATE_CREATING", "JOB_STATE_COMPLETED") == (created, state(client))


def test_a_job_passes_through_its_states(trainer: httpx.Client, clock: ManualClock) -> None:
    start(trainer)
    seen = [state(trainer)]
    for _ in range(20):
        clock.advance(50)
        if (now := state(trainer)) != seen[-1]:
            seen.append(now)

    names = "CREATING VALIDATING PENDING RUNNING WRITING_RESULTS COMPLETED"
    assert [f"JOB_STATE_{name}" for name in names.split()] == seen


def test_progress_rises_while_it_runs(trainer: httpx.Client, clock: ManualClock) -> None:
    start(trainer)
    clock.advance(400)
    early = trainer.get(f"{JOBS}/job").json()["jobProgress"]["percent"]
    clock.advance(300)

    assert early < trainer.get(f"{JOBS}/job").json()["jobProgress"]["percent"]


def test_the_output_model_appears_at_completion(trainer: httpx.Client, clock: ManualClock) -> None:
    start(trainer, outputModel="tuned")
    clock.advance(999)
    before = trainer.get("/models/tuned").status_code
    clock.advance(1)

    assert (404, "READY") == (before, trainer.get("/models/tuned").json()["state"])


def test_the_output_model_names_its_job_and_base(client: httpx.Client, ready_dataset: Make) -> None:
    ready_dataset(client, "rows")
    start(client, loraRank=16)
    model = client.get("/models/job").json()

    assert ("accounts/acme/supervisedFineTuningJobs/job", "HF_PEFT_ADDON", BASE, 16) == (
        model["fineTuningJob"],
        model["kind"],
        model["peftDetails"]["baseModel"],
        model["peftDetails"]["r"],
    )


def weights(client: httpx.Client) -> dict[str, bytes]:
    urls = client.get("/models/job:getDownloadEndpoint").json()["filenameToSignedUrls"]
    return {name: httpx.get(url).content for name, url in urls.items()}


def test_the_output_weights_are_valid_safetensors(
    client: httpx.Client, ready_dataset: Make
) -> None:
    ready_dataset(client, "rows")
    start(client)
    data = weights(client)["adapter_model.safetensors"]
    length = struct.unpack("<Q", data[:8])[0]
    header = json.loads(data[8 : 8 + length])

    ends = [tensor["data_offsets"][1] for key, tensor in header.items() if key[0] != "_"]
    assert len(data) == 8 + length + max(ends)


def test_the_output_weights_are_the_same_for_the_same_job(
    connect: Callable[[Emulator], httpx.Client], ready_dataset: Make
) -> None:
    def train() -> dict[str, bytes]:
        with Emulator() as emulator:
            client = connect(emulator)
            ready_dataset(client, "rows")
            start(client)
            return weights(client)

    assert train() == train()


def test_a_job_without_an_id_gets_one_that_the_server_makes(
    client: httpx.Client, ready_dataset: Make
) -> None:
    ready_dataset(client, "rows")
    name = client.post(JOBS, json={"dataset": "rows", "baseModel": BASE}).json()["name"]

    assert 16 == len(name.rsplit("/", 1)[1])


def test_a_second_job_of_an_id_already_exists(client: httpx.Client, ready_dataset: Make) -> None:
    ready_dataset(client, "rows")
    start(client)

    assert 6 == start(client, outputModel="other").json()["code"]


def test_an_existing_output_model_is_refused(client: httpx.Client, ready_dataset: Make) -> None:
    ready_dataset(client, "rows")
    start(client)

    assert "already exists" in start(client, "next", outputModel="job").json()["message"]


@pytest.mark.parametrize(
    "fields",
    [{"dataset": "none"}, {"baseModel": "accounts/fireworks/models/none"}],
)
def test_a_reference_to_nothing_is_not_found(
    client: httpx.Client, ready_dataset: Make, fields: dict[str, str]
) -> None:
    ready_dataset(client, "rows")

    assert 404 == start(client, **fields).status_code


def test_a_dataset_must_be_ready(client: httpx.Client) -> None:
    client.post("/datasets", json={"datasetId": "rows", "dataset": {}})

    assert 9 == start(client).json()["code"]


def test_a_model_that_cannot_be_tuned_is_refused(client: httpx.Client, ready_dataset: Make) -> None:
    ready_dataset(client, "rows")
    answer = start(client, baseModel="accounts/fireworks/models/nomic-embed-text-v1p5")

    assert "not supported for fine-tuning" in answer.json()["message"]


def test_training_can_go_on_from_an_adapter(client: httpx.Client, ready_dataset: Make) -> None:
    ready_dataset(client, "rows")
    start(client)
    state(client)
    body = {"dataset": "rows", "warmStartFrom": "accounts/acme/models/job"}
    client.post(JOBS, params={"supervisedFineTuningJobId": "next"}, json=body)

    assert BASE == client.get("/models/next").json()["peftDetails"]["baseModel"]


def test_a_job_has_an_estimated_cost(client: httpx.Client, ready_dataset: Make) -> None:
    ready_dataset(client, "rows")

    assert "USD" == start(client).json()["estimatedCost"]["currencyCode"]


def test_a_done_job_links_to_its_loss_curve(client: httpx.Client, ready_dataset: Make) -> None:
    ready_dataset(client, "rows")
    start(client)
    url = client.get(f"{JOBS}/job").json()["metricsFileSignedUrl"]

    assert 20 == len(httpx.get(url).text.splitlines())


def test_a_job_cannot_be_updated(client: httpx.Client, ready_dataset: Make) -> None:
    ready_dataset(client, "rows")
    start(client)

    assert 405 == client.patch(f"{JOBS}/job", json={"displayName": "x"}).status_code


def test_a_cancelled_job_is_cancelling_then_cancelled(
    trainer: httpx.Client, clock: ManualClock
) -> None:
    start(trainer)
    trainer.post(f"{JOBS}/job:cancel", json={}).raise_for_status()
    first = state(trainer)
    clock.advance(100)

    assert ("JOB_STATE_CANCELLING", "JOB_STATE_CANCELLED") == (first, state(trainer))


def test_a_terminal_job_cannot_be_cancelled(client: httpx.Client, ready_dataset: Make) -> None:
    ready_dataset(client, "rows")
    start(client)
    state(client)

    assert 9 == client.post(f"{JOBS}/job:cancel", json={}).json()["code"]


def test_a_failed_job_can_be_resumed(
    trainer: httpx.Client, slow: Emulator, clock: ManualClock
) -> None:
    slow.faults.add(Fault("job_failed"))
    start(trainer)
    clock.advance(1000)
    trainer.post(f"{JOBS}/job:resume", json={}).raise_for_status()
    clock.advance(1000)

    assert "JOB_STATE_COMPLETED" == state(trainer)


def test_a_completed_job_cannot_be_resumed(client: httpx.Client, ready_dataset: Make) -> None:
    ready_dataset(client, "rows")
    start(client)
    state(client)

    assert 9 == client.post(f"{JOBS}/job:resume", json={}).json()["code"]


def test_deleting_a_running_job_takes_a_while(trainer: httpx.Client, clock: ManualClock) -> None:
    start(trainer)
    trainer.delete(f"{JOBS}/job").raise_for_status()
    first = state(trainer)
    clock.advance(100)

    assert ("JOB_STATE_DELETING", 404) == (first, trainer.get(f"{JOBS}/job").status_code)


def test_the_output_model_survives_its_job(client: httpx.Client, ready_dataset: Make) -> None:
    ready_dataset(client, "rows")
    start(client)
    state(client)
    client.delete(f"{JOBS}/job").raise_for_status()

    assert 200 == client.get("/models/job").status_code


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("job_stuck", "JOB_STATE_RUNNING"),
        ("job_failed", "JOB_STATE_FAILED"),
        ("job_paused", "JOB_STATE_PAUSED"),
        ("job_expired", "JOB_STATE_EXPIRED"),
        ("job_early_stopped", "JOB_STATE_EARLY_STOPPED"),
        ("job_wobbles", "JOB_STATE_COMPLETED"),
    ],
)
def test_a_fault_decides_how_a_job_ends(
    trainer: httpx.Client, slow: Emulator, clock: ManualClock, kind: str, expected: str
) -> None:
    slow.faults.add(Fault(kind, path="supervisedFineTuningJobs/job"))
    start(trainer)
    clock.advance(5000)

    assert expected == state(trainer)


def test_a_wobbling_job_goes_back_to_creating(
    trainer: httpx.Client, slow: Emulator, clock: ManualClock
) -> None:
    slow.faults.add(Fault("job_wobbles"))
    start(trainer)
    seen = []
    for _ in range(20):
        clock.advance(50)
        seen.append(state(trainer).removeprefix("JOB_STATE_"))

    assert "CREATING" in seen[seen.index("RUNNING") :]


def test_a_completed_job_has_a_checkpoint(client: httpx.Client, ready_dataset: Make) -> None:
    ready_dataset(client, "rows")
    start(client)

    assert 1 == len(client.get(f"{JOBS}/job/checkpoints").json()["checkpoints"])
