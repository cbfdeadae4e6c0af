"""A data folder: the account and its bytes are there again after a restart."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx
import pytest

from reconciler.emulator.server import Emulator

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

BASE = "accounts/fireworks/models/llama-v3p1-8b-instruct"


@pytest.fixture
def folder(
    tmp_path: Path,
    connect: Callable[[Emulator], httpx.Client],
    ready_dataset: Callable[[httpx.Client, str], str],
) -> Path:
    """The data of an account with a dataset, a deleted dataset and a job under way."""
    with Emulator(data=tmp_path, seconds_per_job=3600) as emulator:
        client = connect(emulator)
        ready_dataset(client, "gone")
        client.delete("/datasets/gone")
        body = {"dataset": ready_dataset(client, "rows"), "baseModel": BASE}
        params = {"supervisedFineTuningJobId": "job"}
        client.post("/supervisedFineTuningJobs", params=params, json=body).raise_for_status()
    return tmp_path


def test_rows_are_there_again(folder: Path) -> None:
    with Emulator(data=folder) as emulator:
        assert ["accounts/acme/datasets/rows"] == emulator.store.names("datasets")


def test_bytes_are_there_again(folder: Path, connect: Callable[[Emulator], httpx.Client]) -> None:
    with Emulator(data=folder) as emulator:
        signed = connect(emulator).get("/datasets/rows:getDownloadEndpoint").json()
        data = httpx.get(signed["filenameToSignedUrls"]["rows.jsonl"]).content

        assert data == emulator.store.blob("accounts/acme/datasets/rows", "rows.jsonl")


def test_a_job_goes_on(folder: Path) -> None:
    with Emulator(data=folder) as emulator:
        job = emulator.store.get("accounts/acme/supervisedFineTuningJobs/job") or {}

        assert "JOB_STATE_CREATING" == job["state"]


def test_the_bytes_of_what_was_deleted_are_off_the_disk(folder: Path) -> None:
    rows_and_log = list((folder / "blobs").iterdir())

    assert 2 == len(rows_and_log)


def test_a_torn_last_line_does_no_harm(folder: Path) -> None:
    with (folder / "account.jsonl").open("a") as diary:
        diary.write('{"row":"accounts/acme/data')

    with Emulator(data=folder) as emulator:
        assert ["accounts/acme/datasets/rows"] == emulator.store.names("datasets")
