"""The custom-model pipeline, step by step as its published guide walks it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import requests

if TYPE_CHECKING:
    from pathlib import Path

    from reconciler.emulator.server import Emulator

FILES = {
    "config.json": b'{"architectures":["LlamaForCausalLM"],"torch_dtype":"bfloat16"}',
    "model.safetensors": b"\x02\0\0\0\0\0\0\0{}",
    "tokenizer.json": b"{}",
}


class Walk:
    """A user of the guide: `requests`, the folder of a model, one step after the other."""

    def __init__(self, emulator: Emulator, folder: Path) -> None:
        self.models = f"{emulator.url}/v1/accounts/{emulator.account}/models"
        self.headers = {"Authorization": f"Bearer {emulator.key}"}
        self.folder = folder
        self.sizes = {path.name: path.stat().st_size for path in folder.iterdir()}

    def create(self) -> requests.Response:
        details = {
            "checkpointFormat": "HUGGINGFACE",
            "worldSize": 1,
            "huggingfaceFiles": list(self.sizes),
        }
        model = {"kind": "HF_BASE_MODEL", "baseModelDetails": details}
        body = {"modelId": "mine", "model": model}
        return requests.post(self.models, headers=self.headers, json=body, timeout=10)

    def ask(self) -> requests.Response:
        body = {"filenameToSize": self.sizes, "enableResumableUpload": False}
        url = f"{self.models}/mine:getUploadEndpoint"
        return requests.post(url, headers=self.headers, json=body, timeout=10)

    def send(self, name: str, url: str) -> requests.Response:
        headers = {
            "Content-Type": "application/octet-stream",
            "x-goog-content-length-range": f"{self.sizes[name]},{self.sizes[name]}",
        }
        with (self.folder / name).open("rb") as file:
            return requests.put(url, data=file, headers=headers, timeout=10)

    def validate(self) -> requests.Response:
        url = f"{self.models}/mine:validateUpload"
        return requests.get(url, headers=self.headers, timeout=10)

    def state(self) -> str:
        row = requests.get(f"{self.models}/mine", headers=self.headers, timeout=10).json()
        return str(row["state"])


@pytest.fixture
def walk(emulator: Emulator, tmp_path: Path) -> Walk:
    for name, data in FILES.items():
        (tmp_path / name).write_bytes(data)
    return Walk(emulator, tmp_path)


def test_the_four_steps_end_with_a_ready_model(walk: Walk) -> None:
    walk.create().raise_for_status()
    for name, url in walk.ask().json()["filenameToSignedUrls"].items():
        walk.send(name, url).raise_for_status()
    walk.validate().raise_for_status()

    assert "READY" == walk.state()


def test_without_the_fourth_step_it_stays_uploading(walk: Walk) -> None:
    walk.create()
    for name, url in walk.ask().json()["filenameToSignedUrls"].items():
        walk.send(name, url).raise_for_status()

    assert "UPLOADING" == walk.state()


def test_validating_too_early_says_failed_precondition_in_words(walk: Walk) -> None:
    walk.create()
    walk.ask()

    assert "FAILED_PRECONDITION" in walk.validate().text


def test_walking_again_from_the_top_says_already_exists_at_every_step(walk: Walk) -> None:
    walk.create()
    for name, url in walk.ask().json()["filenameToSignedUrls"].items():
        walk.send(name, url)
    walk.validate()

    again = [walk.create(), walk.ask()]
    assert [True, True] == ["ALREADY_EXISTS" in answer.text for answer in again]


def test_an_interrupted_walk_can_go_on(walk: Walk) -> None:
    walk.create()
    name, url = next(iter(walk.ask().json()["filenameToSignedUrls"].items()))
    walk.send(name, url)
    for name, url in walk.ask().json()["filenameToSignedUrls"].items():
        walk.send(name, url).raise_for_status()

    assert 200 == walk.validate().status_code
