"""The platform's two published guides run against the emulator, only placeholders filled in."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from reconciler.emulator.options import Options
from reconciler.emulator.server import Emulator

if TYPE_CHECKING:
    from collections.abc import Callable

CONFIG = b'{"architectures":["LlamaForCausalLM"],"model_type":"llama"}'
ROWS = b'{"context":"c","instruction":"i","response":"r"}\n' * 3


@pytest.fixture(scope="module")
def guides() -> Path:
    """The folder of the guides; they are not part of the project, so this may skip."""
    beside = Path(__file__).parents[3] / "shared" / "guides"
    folder = Path(os.environ.get("RECONCILER_GUIDES", beside))
    if not folder.is_dir():
        pytest.skip("the published guides are not on this machine (set RECONCILER_GUIDES)")
    return folder


def run_script(text: str, url: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """The guide's Python script with its placeholders filled in."""
    script = text[text.index("import os\n") : text.index("Every step is safe to retry.")]
    filled = (
        script.replace("your-account-id", "acme")
        .replace("/path/to/model/files/", str(folder))
        .replace("https://api.fireworks.ai/v1", f"{url}/v1")
    )
    environment = {**os.environ, "FIREWORKS_API_KEY": "fw_test_key"}
    return subprocess.run(
        [sys.executable, "-c", filled], env=environment, capture_output=True, text=True, check=False
    )


@pytest.fixture
def model_folder(tmp_path: Path) -> Path:
    folder = tmp_path / "model"
    folder.mkdir()
    (folder / "config.json").write_bytes(CONFIG)
    (folder / "model.safetensors").write_bytes(b"\x02\0\0\0\0\0\0\0{}")
    (folder / "tokenizer.json").write_bytes(b"{}")
    return folder


def test_the_custom_model_script_ends_with_a_ready_model(guides: Path, model_folder: Path) -> None:
    text = (guides / "custom-model-upload.txt").read_text()
    with Emulator() as emulator:
        done = run_script(text, emulator.url, model_folder)

        model = emulator.store.get("accounts/acme/models/my-custom-model") or {}
        assert (0, "READY") == (done.returncode, model.get("state")), done.stderr


def test_the_custom_model_script_can_be_run_again_from_the_top(
    guides: Path, model_folder: Path
) -> None:
    text = (guides / "custom-model-upload.txt").read_text()
    with Emulator(options=Options(existing_model_answers_200=True)) as emulator:
        codes = [run_script(text, emulator.url, model_folder).returncode for _ in range(2)]

        assert [0, 0] == codes


def commands(text: str) -> list[str]:
    """Every curl command of the guide, whole, in order."""
    found: list[str] = []
    lines = iter(text.splitlines())
    for line in lines:
        if not re.match(r"\s*(curl |SIGNED_UPLOAD_URL=)", line):
            continue
        command = line
        while not complete(command):
            command += "\n" + next(lines)
        found.append(command)
    return found


def complete(command: str) -> bool:
    """Whether a shell would run this now rather than ask for more lines."""
    bare = re.sub(r"'[^']*'", "", command)
    closed = "'" not in bare and bare.count("(") == bare.count(")")
    return closed and not command.rstrip(" ").endswith("\\")


@pytest.fixture
def walk(guides: Path, need: Callable[..., str], tmp_path: Path) -> Callable[..., str]:
    """``walk(n, emulator, dataset, **words)`` runs the guide's n-th command; gives stdout."""
    bash = need("bash")
    need("curl")
    need("jq")
    found = commands((guides / "fine-tuning-rest.txt").read_text())
    data = tmp_path / "rows.jsonl"
    data.write_bytes(ROWS)

    def run(numbers: list[int], emulator: Emulator, dataset: str, **words: str) -> str:
        script = "\n".join(found[n] for n in numbers)
        filling = {
            "https://api.fireworks.ai": emulator.url,
            "{account_id}": "acme",
            "your-dataset-id": dataset,
            "{dataset_id}": dataset,
            "YOUR_API_KEY": emulator.key,
            "/path/to/your-dataset-file.jsonl": str(data),
            "your-dataset-file.jsonl": "rows.jsonl",
            "file_size_in_bytes": str(len(ROWS)),
            "FILE_SIZE_IN_BYTES": str(len(ROWS)),
            "{base_model_id}": "llama-v3p1-8b-instruct",
            "optional-model-id": "tuned",
            "{model_id}": "tuned",
            "/path/to/save/model_file.json": str(tmp_path / "weights"),
            **{f"{{{key}}}": value for key, value in words.items()},
        }
        for placeholder, value in filling.items():
            script = script.replace(placeholder, value)
        environment = {**os.environ, "SIGNED_DOWNLOAD_URL": words.get("url", "")}
        done = subprocess.run(
            [bash, "-c", script], env=environment, capture_output=True, text=True, check=True
        )
        return done.stdout

    return run


CREATE, DIRECT, SIGN, PUT, VALIDATE, CHECK, JOB, STATUS, DELETE, WEIGHTS, SAVE = range(11)


def test_the_guide_has_the_commands_that_the_walk_expects(guides: Path) -> None:
    found = commands((guides / "fine-tuning-rest.txt").read_text())

    assert 11 == len(found)


def test_the_direct_upload_of_the_guide_makes_a_ready_dataset(walk: Callable[..., str]) -> None:
    with Emulator() as emulator:
        walk([CREATE, DIRECT], emulator, "direct")

        assert "READY" == json.loads(walk([CHECK], emulator, "direct"))["state"]


def test_the_signed_upload_of_the_guide_makes_a_ready_dataset(walk: Callable[..., str]) -> None:
    with Emulator() as emulator:
        walk([CREATE], emulator, "signed")
        walk([SIGN, PUT, VALIDATE], emulator, "signed")

        assert "READY" == json.loads(walk([CHECK], emulator, "signed"))["state"]


def test_the_job_of_the_guide_leaves_weights_to_download(
    walk: Callable[..., str], tmp_path: Path
) -> None:
    with Emulator() as emulator:
        walk([CREATE, DIRECT], emulator, "rows")
        job = json.loads(walk([JOB], emulator, "rows"))["name"].rsplit("/", 1)[1]
        walk([STATUS, DELETE], emulator, "rows", fine_tuning_job_id=job)
        urls = json.loads(walk([WEIGHTS], emulator, "rows"))["filenameToSignedUrls"]
        walk([SAVE], emulator, "rows", url=urls["adapter_config.json"])

        stored = emulator.store.blob("accounts/acme/models/tuned", "adapter_config.json")
        assert stored == (tmp_path / "weights").read_bytes()


def test_every_step_of_the_fine_tuning_guide_is_answered_200(walk: Callable[..., str]) -> None:
    with Emulator() as emulator:
        walk([CREATE, DIRECT, CHECK], emulator, "rows")
        job = json.loads(walk([JOB], emulator, "rows"))["name"].rsplit("/", 1)[1]
        walk([STATUS, DELETE, WEIGHTS], emulator, "rows", fine_tuning_job_id=job)

        assert {200} == {request.status for request in emulator.requests}
