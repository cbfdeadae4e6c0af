"""Every wrong file of weights in the corpus is answered with the lines that stand below it.

corpus/weights.txt: the head is the kind of the model. A case's lines are files of its folder beside
or instead of the good ones: ``NAME = TEXT``, with Python's escapes, ``NAME = HEADER + N``: a
safetensors file with that header and N bytes behind it, ``NAME = gone``.
"""

from __future__ import annotations

import json
import shutil
import struct
from typing import TYPE_CHECKING

import pytest

from tests.manifest.corpus_files import (
    Case,
    cases,
    corpus_project,
    load_content,
    shown,
    unescaped,
)

if TYPE_CHECKING:
    from pathlib import Path

TENSOR = {"w": {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]}}
GOOD = {
    "base": {
        "config.json": '{"architectures": ["LlamaForCausalLM"]}',
        "tokenizer.json": "{}",
        "model.safetensors": f"{json.dumps(TENSOR)} + 4",
    },
    "adapter": {
        "adapter_config.json": '{"r": 8, "target_modules": ["q_proj"]}',
        "adapter_model.safetensors": f"{json.dumps(TENSOR)} + 4",
    },
}
SPECS = {
    "base": "kind: HF_BASE_MODEL\n  baseModelDetails: {checkpointFormat: HUGGINGFACE}",
    "adapter": "kind: HF_PEFT_ADDON\n  peftDetails: {baseModel: accounts/fireworks/models/llama,"
    " r: 8, targetModules: [q_proj]}",
}
MANIFEST = """apiVersion: reconciler/v1
kind: Model
metadata: {{name: weights}}
spec:
  {spec}
  source: {{path: ../weights}}
"""


def answer(case: Case, folder: Path) -> list[str]:
    weights = folder / "weights"
    shutil.rmtree(weights, ignore_errors=True)
    weights.mkdir()
    given = dict(line.split(" = ", 1) for line in case.given.splitlines())
    for name, text in {**GOOD[case.head], **given}.items():
        if text != "gone":
            (weights / name).write_bytes(content(name, text))
    loaded = load_content(folder, MANIFEST.format(spec=SPECS[case.head]).encode())
    return [shown(said).removeprefix("weights/") for said in loaded.diagnostics]


def content(name: str, text: str) -> bytes:
    header, plus, behind = text.rpartition(" + ")
    if not plus or not name.endswith(".safetensors"):
        return unescaped(text)
    raw = unescaped(header)
    return struct.pack("<Q", len(raw)) + raw + b"\0" * int(behind)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return corpus_project(tmp_path_factory.mktemp("weights"), "weights", answer)


@pytest.mark.parametrize("case", cases("weights"), ids=str)
def test_a_wrong_file_of_weights_is_answered_with_its_place(case: Case, folder: Path) -> None:
    assert list(case.said) == answer(case, folder)


def test_only_the_good_files_are_good() -> None:
    quiet = {case.title for case in cases("weights") if not case.said}

    assert {title for title in quiet if title.startswith("right: ")} == quiet
