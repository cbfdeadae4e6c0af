"""The official SDK brings rows to READY, trains on them, and looks at what came out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import requests
from fireworks import BadRequestError, ConflictError, NotFoundError

from reconciler.emulator.faults import Fault

if TYPE_CHECKING:
    from collections.abc import Callable

    from fireworks import Fireworks
    from fireworks.types import SupervisedFineTuningJob

    from reconciler.emulator.clock import ManualClock
    from reconciler.emulator.server import Emulator

    Send = Callable[[str, bytes], int]

ROWS = b'{"messages":[{"role":"user","content":"a"},{"role":"assistant","content":"b"}]}\n' * 3
BASE = "accounts/fireworks/models/llama-v3p1-8b-instruct"
MODEL = "accounts/acme/models/tuned"


def dataset(sdk: Fireworks, dataset_id: str = "rows") -> None:
    """A READY dataset, sent directly."""
    described: Any = {"display_name": "Rows", "format": "CHAT", "example_count": "3"}
    sdk.datasets.create(dataset_id=dataset_id, dataset=described)
    sdk.datasets.upload(dataset_id, file=("rows.jsonl", ROWS))


def train(sdk: Fireworks, **hyperparameters: Any) -> SupervisedFineTuningJob:
    return sdk.supervised_fine_tuning_jobs.create(
        supervised_fine_tuning_job_id="job",
        dataset="accounts/acme/datasets/rows",
        base_model=BASE,
        output_model=MODEL,
        **hyperparameters,
    )


def test_a_dataset_sent_directly_is_ready(sdk: Fireworks) -> None:
    dataset(sdk)

    rows = sdk.datasets.get("rows")

    assert ("READY", "CHAT", "3", "Rows") == (
        rows.state,
        rows.format,
        rows.example_count,
        rows.display_name,
    )


def test_a_direct_upload_is_answered_as_a_file(sdk: Fireworks) -> None:
    sdk.datasets.create(dataset_id="rows", dataset={"example_count": "3"})

    file = sdk.datasets.upload("rows", file=("rows.jsonl", ROWS))

    assert ("file", len(ROWS), "rows.jsonl") == (file.object, file.bytes, file.filename)


def test_a_dataset_sent_to_its_signed_url_is_ready(sdk: Fireworks, send: Send) -> None:
    sdk.datasets.create(dataset_id="rows", dataset={"user_uploaded": {}})
    sizes = {"rows.jsonl": str(len(ROWS))}
    urls = sdk.datasets.get_upload_endpoint("rows", filename_to_size=sizes).filename_to_signed_urls

    assert 200 == send((urls or {})["rows.jsonl"], ROWS)
    assert {} == sdk.datasets.validate_upload("rows", body={})
    assert "READY" == sdk.datasets.get("rows").state


def test_the_rows_come_back_as_they_went(sdk: Fireworks) -> None:
    dataset(sdk)

    urls = sdk.datasets.get_download_endpoint("rows").filename_to_signed_urls or {}

    assert [ROWS] == [requests.get(url, timeout=10).content for url in urls.values()]


def test_datasets_are_listed_updated_and_deleted(sdk: Fireworks) -> None:
    dataset(sdk, "a")
    dataset(sdk, "b")

    sdk.datasets.update("a", display_name="First")
    sdk.datasets.delete("b")

    assert ["First"] == [row.display_name for row in sdk.datasets.list(page_size=1)]


def test_a_new_job_says_what_it_will_do(sdk: Fireworks) -> None:
    dataset(sdk)

    job = train(sdk, epochs=2, learning_rate=1e-4, lora_rank=16)

    assert ("JOB_STATE_CREATING", 2, 1e-4, 16) == (
        job.state,
        job.epochs,
        job.learning_rate,
        job.lora_rank,
    )


def test_a_job_is_completed_in_time(sdk: Fireworks, clock: ManualClock) -> None:
    dataset(sdk)
    train(sdk)

    clock.advance(200)

    job = sdk.supervised_fine_tuning_jobs.get("job")
    assert ("JOB_STATE_COMPLETED", MODEL) == (job.state, job.output_model)


def test_every_state_on_the_way_is_one_that_the_sdk_knows(
    sdk: Fireworks, clock: ManualClock
) -> None:
    dataset(sdk)
    train(sdk)

    seen = []
    for _ in range(40):  # each answer is read strictly by the fixture that watches all tests
        seen.append(sdk.supervised_fine_tuning_jobs.get("job").state)
        clock.advance(3)

    assert {"JOB_STATE_RUNNING", "JOB_STATE_COMPLETED"} <= set(seen)


def test_the_output_model_is_ready_and_can_be_downloaded(
    sdk: Fireworks, clock: ManualClock
) -> None:
    dataset(sdk)
    train(sdk)
    clock.advance(200)

    model = sdk.models.get("tuned")
    urls = sdk.models.get_download_endpoint("tuned").filename_to_signed_urls or {}

    assert ("READY", "accounts/acme/supervisedFineTuningJobs/job") == (
        model.state,
        model.fine_tuning_job,
    )
    assert {"adapter_config.json", "adapter_model.safetensors"} == set(urls)


def test_a_running_job_can_be_cancelled(sdk: Fireworks, clock: ManualClock) -> None:
    dataset(sdk)
    train(sdk)
    clock.advance(50)

    assert {} == sdk.supervised_fine_tuning_jobs.cancel("job", body={})
    clock.advance(50)

    assert "JOB_STATE_CANCELLED" == sdk.supervised_fine_tuning_jobs.get("job").state


def test_a_cancelled_job_can_be_resumed(sdk: Fireworks, clock: ManualClock) -> None:
    dataset(sdk)
    train(sdk)
    sdk.supervised_fine_tuning_jobs.cancel("job", body={})
    clock.advance(50)

    sdk.supervised_fine_tuning_jobs.resume("job", body={})
    clock.advance(200)

    assert "JOB_STATE_COMPLETED" == sdk.supervised_fine_tuning_jobs.get("job").state


def test_a_lost_answer_and_the_sdks_own_retry_make_one_job(
    emulator: Emulator, connect: Callable[[Emulator, int], Fireworks]
) -> None:
    retrying = connect(emulator, 2)
    dataset(retrying)
    emulator.faults.add(Fault("lost", method="POST", path="/supervisedFineTuningJobs$"))

    with pytest.raises(ConflictError):
        train(retrying)

    assert 1 == len(emulator.faults.consumed)
    assert 1 == len(list(retrying.supervised_fine_tuning_jobs.list()))


def test_jobs_are_listed_and_deleted(sdk: Fireworks, clock: ManualClock) -> None:
    dataset(sdk)
    train(sdk)
    clock.advance(200)

    listed = [job.name for job in sdk.supervised_fine_tuning_jobs.list()]
    sdk.supervised_fine_tuning_jobs.delete("job")
    clock.advance(50)

    assert ["accounts/acme/supervisedFineTuningJobs/job"] == listed
    with pytest.raises(NotFoundError):
        sdk.supervised_fine_tuning_jobs.get("job")


def test_half_an_epoch_is_refused(sdk: Fireworks) -> None:
    dataset(sdk)

    with pytest.raises(BadRequestError, match="epochs"):
        train(sdk, epochs=0.5)


def test_a_dataset_that_is_not_there_is_not_found(sdk: Fireworks) -> None:
    with pytest.raises(NotFoundError):
        train(sdk)
