"""``reconciler data`` on a project: the jobs around a dataset, and what cannot be read."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.whole.program import Program, program_for

if TYPE_CHECKING:
    from pathlib import Path

DATASET = """\
apiVersion: reconciler/v1
kind: Dataset
metadata: {{name: {name}}}
spec: {{format: CHAT, source: {{path: ../{name}.jsonl}}}}
---
"""
JOB = """\
apiVersion: reconciler/v1
kind: SupervisedFineTuningJob
metadata: {name: bot}
spec:
  dataset: chat
  evaluationDataset: eval
  baseModel: accounts/fireworks/models/llama-v3p1-8b-instruct
  maxContextLength: 64
"""
KEY = "sk-abcdefghij0123456789"


def row(text: str) -> dict[str, Any]:
    messages = [{"role": "user", "content": text}, {"role": "assistant", "content": "a"}]
    return {"messages": messages}


def lines(*texts: str) -> bytes:
    return b"".join(json.dumps(row(text)).encode() + b"\n" for text in texts)


@pytest.fixture
def program(tmp_path: Path) -> Program:
    """A project with two datasets and a job that trains on one and evaluates on the other."""
    (tmp_path / "reconciler.yaml").write_text("apiVersion: reconciler/v1\nkind: Project\n")
    (tmp_path / "manifests").mkdir()
    text = DATASET.format(name="chat") + DATASET.format(name="eval") + JOB
    (tmp_path / "manifests/all.yaml").write_text(text)
    (tmp_path / "chat.jsonl").write_bytes(lines("a", "b", "x" * 400, "b", f"use {KEY}"))
    (tmp_path / "eval.jsonl").write_bytes(lines("b", "c", "d"))
    return program_for(tmp_path, None)


def facts(program: Program, *arguments: str) -> dict[str, Any]:
    ran = program.run("data", *arguments, "--format", "json")
    found: dict[str, Any] = json.loads(ran.out)
    return found


def test_the_context_length_of_a_job_is_held_against_its_rows(program: Program) -> None:
    (long,) = facts(program, "Dataset/chat")["long_rows"]

    assert {
        "job": "SupervisedFineTuningJob/bot",
        "field": "maxContextLength",
        "limit": 64,
        "rows": {"count": 1, "first": [3]},
    } == long


@pytest.mark.parametrize(
    ("name", "other", "shared"), [("chat", "eval", [2, 4]), ("eval", "chat", [1])]
)
def test_training_and_evaluation_are_compared_either_way(
    program: Program, name: str, other: str, shared: list[int]
) -> None:
    (overlap,) = facts(program, f"Dataset/{name}")["overlaps"]

    assert (f"Dataset/{other}", shared) == (overlap["other"], overlap["rows"]["first"])


def test_a_key_is_told_by_its_row_and_never_shown(program: Program) -> None:
    ran = program.run("data", "Dataset/chat")

    assert "1 row (5) holds something that looks like an API key" in ran.out
    assert KEY not in ran.out + ran.err


def test_rows_with_errors_are_shown_and_end_with_3(program: Program) -> None:
    (program.folder / "chat.jsonl").write_bytes(lines("a", "b", "c") + b"{\n")
    ran = program.run("data", "Dataset/chat")

    assert (3, "4 rows, ") == (ran.code, ran.out.splitlines()[1][:8])
    assert "chat.jsonl:4: invalid JSON" in ran.out


def test_errors_elsewhere_in_the_project_do_not_matter(program: Program) -> None:
    (program.folder / "eval.jsonl").unlink()
    (program.folder / "manifests/broken.yaml").write_text("a: [")

    assert 0 == program.run("data", "Dataset/chat").code


def test_a_pointer_is_not_taken_for_rows(program: Program) -> None:
    oid = "0" * 64
    text = f"version https://git-lfs.github.com/spec/v1\noid sha256:{oid}\nsize 5\n"
    (program.folder / "chat.jsonl").write_text(text)
    ran = program.run("data", "Dataset/chat")

    assert (1, "") == (ran.code, ran.out)
    assert "git lfs pull" in ran.err


@pytest.mark.parametrize(
    "ref", ["Dataset/nope", "chat", "SupervisedFineTuningJob/bot", "Nothing/chat"]
)
def test_what_has_no_rows_is_wrong_usage(program: Program, ref: str) -> None:
    assert 64 == program.run("data", ref).code


def test_it_needs_no_account(program: Program) -> None:
    assert "FIREWORKS_API_KEY" not in program.environment
    assert 0 == program.run("data", "Dataset/chat").code


def test_a_tokenizer_without_its_library_says_how_to_get_it(program: Program) -> None:
    (program.folder / "tokenizer.json").write_text("{}")
    ran = program.run("data", "Dataset/chat", "--tokenizer", "tokenizer.json")

    assert (1, "") == (ran.code, ran.out)
    assert "tokenizer" in ran.err
