"""The dataset and fine-tuning pipeline, step by step as its published guide walks it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import requests

if TYPE_CHECKING:
    from reconciler.emulator.server import Emulator

ROWS = b'{"context":"c","instruction":"i","response":"r"}\n' * 3
JOB = {
    "model_id": "tuned",
    "dataset": "accounts/acme/datasets/rows",
    "base_model": "accounts/fireworks/models/llama-v3p1-8b-instruct",
    "text_completion": {
        "input_template": "### GIVEN: {context} ### INSTRUCTION: {instruction} ### RESPONSE IS: ",
        "output_template": "ANSWER: {response}",
    },
}


class Walk:
    """A user of the guide with `requests`."""

    def __init__(self, emulator: Emulator) -> None:
        self.account = f"{emulator.url}/v1/accounts/{emulator.account}"
        self.headers = {"Authorization": f"Bearer {emulator.key}"}

    def call(self, method: str, path: str, **arguments: Any) -> Any:
        """The JSON of a 200. Raises requests.HTTPError on anything else."""
        url = self.account + path
        answer = requests.request(method, url, headers=self.headers, timeout=10, **arguments)
        answer.raise_for_status()
        return answer.json()

    def record(self) -> None:
        body = {"datasetId": "rows", "dataset": {"userUploaded": {}}}
        self.call("POST", "/datasets", json=body)

    def upload(self) -> None:
        self.record()
        self.call("POST", "/datasets/rows:upload", files={"file": ("rows.jsonl", ROWS)})

    def train(self) -> str:
        """The path of a new job."""
        self.upload()
        name = str(self.call("POST", "/fineTuningJobs", json=JOB)["name"])
        return "/" + name.split("/", 2)[2]


@pytest.fixture
def walk(emulator: Emulator) -> Walk:
    return Walk(emulator)


def test_a_direct_upload_makes_the_dataset_ready(walk: Walk) -> None:
    walk.upload()

    assert "READY" == walk.call("GET", "/datasets/rows")["state"]


def test_a_signed_upload_makes_the_dataset_ready(walk: Walk) -> None:
    walk.record()
    asked = {"filenameToSize": {"rows.jsonl": len(ROWS)}}
    urls = walk.call("POST", "/datasets/rows:getUploadEndpoint", json=asked)
    headers = {
        "Content-Type": "application/octet-stream",
        "x-goog-content-length-range": f"{len(ROWS)},{len(ROWS)}",
    }
    signed = urls["filenameToSignedUrls"]["rows.jsonl"]
    requests.put(signed, data=ROWS, headers=headers, timeout=10).raise_for_status()
    walk.call("POST", "/datasets/rows:validateUpload")

    assert "READY" == walk.call("GET", "/datasets/rows")["state"]


def test_the_job_completes(walk: Walk) -> None:
    assert "COMPLETED" == walk.call("GET", walk.train())["state"]


def test_the_status_can_be_asked_with_post(walk: Walk) -> None:
    assert "COMPLETED" == walk.call("POST", walk.train())["state"]


def test_the_model_is_in_the_list_with_a_trailing_slash(walk: Walk) -> None:
    walk.call("GET", walk.train())

    models = walk.call("GET", "/models/")["models"]
    assert ["accounts/acme/models/tuned"] == [model["name"] for model in models]


def test_the_weights_can_be_downloaded_after_the_job_was_deleted(walk: Walk) -> None:
    job = walk.train()
    walk.call("GET", job)
    walk.call("DELETE", job)
    urls = walk.call("GET", "/models/tuned:getDownloadEndpoint")["filenameToSignedUrls"]

    sizes = {name: len(requests.get(url, timeout=10).content) > 0 for name, url in urls.items()}
    assert {"adapter_config.json": True, "adapter_model.safetensors": True} == sizes
