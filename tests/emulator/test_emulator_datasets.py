"""Datasets: two ways to upload, what validation finds, when deletion is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from reconciler.emulator.options import Options
from reconciler.emulator.server import Emulator

if TYPE_CHECKING:
    from collections.abc import Callable

    import httpx

    Send = Callable[[str, bytes], httpx.Response]
    Make = Callable[[httpx.Client, str], str]

ROWS = b'{"messages":[]}\n' * 3
BASE = "accounts/fireworks/models/llama-v3p1-8b-instruct"


def create(client: httpx.Client, **fields: Any) -> httpx.Response:
    return client.post("/datasets", json={"datasetId": "rows", "dataset": fields})


def sign(client: httpx.Client, size: int) -> httpx.Response:
    return client.post("/datasets/rows:getUploadEndpoint", json={"filenameToSize": {"r": size}})


def upload(client: httpx.Client, data: bytes) -> httpx.Response:
    return client.post("/datasets/rows:upload", files={"file": ("rows.jsonl", data)})


def test_a_direct_upload_makes_it_ready(client: httpx.Client) -> None:
    create(client, userUploaded={})
    upload(client, ROWS)

    assert "READY" == client.get("/datasets/rows").json()["state"]


def test_a_direct_upload_answers_like_a_file(client: httpx.Client) -> None:
    create(client)
    answer = upload(client, ROWS).json()

    assert ("rows", len(ROWS), "rows.jsonl", "file") == (
        answer["id"],
        answer["bytes"],
        answer["filename"],
        answer["object"],
    )


def test_large_direct_uploads_keep_every_byte(client: httpx.Client, emulator: Emulator) -> None:
    data = b'{"messages":[],"text":"' + b"x" * 100_000 + b'"}\r\n'
    create(client)
    upload(client, data * 30)

    assert data * 30 == emulator.store.blob("accounts/acme/datasets/rows", "rows.jsonl")


def test_a_part_of_another_name_is_refused(client: httpx.Client) -> None:
    create(client)
    answer = client.post("/datasets/rows:upload", files={"data": ("rows.jsonl", ROWS)})

    assert (400, 3) == (answer.status_code, answer.json()["code"])


def test_a_signed_upload_makes_it_ready(client: httpx.Client, send: Send) -> None:
    create(client)
    send(sign(client, len(ROWS)).json()["filenameToSignedUrls"]["r"], ROWS)
    client.post("/datasets/rows:validateUpload", json={})

    assert "READY" == client.get("/datasets/rows").json()["state"]


def test_a_premature_validation_wedges_it(client: httpx.Client) -> None:
    create(client)
    sign(client, len(ROWS))
    client.post("/datasets/rows:validateUpload", json={})

    assert 405 == sign(client, len(ROWS)).status_code


@pytest.mark.parametrize(
    "data", [b"{}\n{}\n", b'{}\n{}\n{"a":\n', b"{}\n{}\n[]\n", b"", b"id,text\n1,a\n2,b\n"]
)
def test_rows_that_are_no_examples_are_refused(client: httpx.Client, data: bytes) -> None:
    create(client)

    assert (400, 3) == ((answer := upload(client, data)).status_code, answer.json()["code"])


def test_refused_rows_leave_it_uploading_with_a_reason(client: httpx.Client) -> None:
    create(client)
    upload(client, b"nonsense\n")
    row = client.get("/datasets/rows").json()

    assert ("UPLOADING", "INVALID_ARGUMENT") == (row["state"], row["status"]["code"])


def test_a_ready_dataset_takes_no_more_bytes(client: httpx.Client) -> None:
    create(client)
    upload(client, ROWS)

    assert 9 == upload(client, ROWS).json()["code"]


def test_an_external_dataset_is_ready_at_once(client: httpx.Client) -> None:
    create(client, externalUrl="gs://bucket/rows.jsonl")

    assert "READY" == client.get("/datasets/rows").json()["state"]


def test_a_transformed_dataset_has_its_sources_rows(
    client: httpx.Client, ready_dataset: Make
) -> None:
    ready_dataset(client, "source")
    create(client, transformed={"sourceDatasetId": "accounts/acme/datasets/source"})
    urls = client.get("/datasets/rows:getDownloadEndpoint").json()["filenameToSignedUrls"]

    assert ["rows.jsonl"] == list(urls)


def test_a_source_that_does_not_exist_is_not_found(client: httpx.Client) -> None:
    assert 404 == create(client, splitted={"sourceDatasetId": "none"}).status_code


def test_example_count_can_be_required(connect: Callable[[Emulator], httpx.Client]) -> None:
    with Emulator(options=Options(require_example_count=True)) as emulator:
        assert 400 == create(connect(emulator)).status_code


def test_example_count_can_be_checked(connect: Callable[[Emulator], httpx.Client]) -> None:
    with Emulator(options=Options(check_example_count=True)) as emulator:
        client = connect(emulator)
        create(client, exampleCount="4")

        assert "4" in upload(client, ROWS).json()["message"]


def test_a_dataset_in_use_cannot_be_deleted(
    connect: Callable[[Emulator], httpx.Client], ready_dataset: Make
) -> None:
    with Emulator(seconds_per_job=1000) as emulator:
        client = connect(emulator)
        body = {"dataset": ready_dataset(client, "rows"), "baseModel": BASE}
        client.post("/supervisedFineTuningJobs", json=body).raise_for_status()

        assert 9 == client.delete("/datasets/rows").json()["code"]


def test_a_dataset_of_a_finished_job_can_be_deleted(
    client: httpx.Client, ready_dataset: Make
) -> None:
    body = {"dataset": ready_dataset(client, "rows"), "baseModel": BASE}
    client.post("/supervisedFineTuningJobs", json=body).raise_for_status()

    assert 200 == client.delete("/datasets/rows").status_code
