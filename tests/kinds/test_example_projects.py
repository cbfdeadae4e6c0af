"""The examples are whole, valid and the same bytes as the script that makes their weights."""

from __future__ import annotations

import json
import struct
from typing import TYPE_CHECKING, Any

import jsonschema_rs
import pytest
import yaml

from reconciler.kinds.registry import all_kinds, kind
from reconciler.schema_files import example_dir, schema
from tests.kinds.example_weights import EXAMPLES, files

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PROJECTS = (
    "custom-model",
    "dpo",
    "fine-tune-and-deploy",
    "legacy-fine-tuning",
    "lora-adapter",
    "quickstart",
    "reinforcement-fine-tuning",
)
DATASETS = sorted(EXAMPLES.glob("*/data/*.jsonl"))
WEIGHTS = sorted(EXAMPLES.glob("*/models/*/*.safetensors"))


def manifests(project: str) -> Iterator[tuple[Path, dict[str, Any]]]:
    for path in sorted(example_dir(project).glob("manifests/*.yaml")):
        for document in yaml.safe_load_all(path.read_text(encoding="utf-8")):
            yield path, document


def numbered(spec: dict[str, Any]) -> dict[str, Any]:
    """YAML 1.1 reads 1e-4 as text."""
    found: dict[str, Any] = {k: numbered(v) if isinstance(v, dict) else v for k, v in spec.items()}
    rate = {"learningRate": float(found["learningRate"])} if "learningRate" in found else {}
    return {**found, **rate}


def documents() -> list[dict[str, Any]]:
    return [document for project in PROJECTS for _, document in manifests(project)]


@pytest.mark.parametrize("project", PROJECTS)
def test_a_project_file_is_valid(project: str) -> None:
    text = (example_dir(project) / "reconciler.yaml").read_text(encoding="utf-8")

    jsonschema_rs.validate(schema("project"), yaml.safe_load(text))


@pytest.mark.parametrize("project", PROJECTS)
def test_a_project_leaves_the_account_to_whoever_runs_it(project: str) -> None:
    text = (example_dir(project) / "reconciler.yaml").read_text(encoding="utf-8")

    assert "account" not in yaml.safe_load(text)["spec"]


@pytest.mark.parametrize("document", documents(), ids=lambda d: d["metadata"]["name"])
def test_a_manifest_is_valid(document: dict[str, Any]) -> None:
    jsonschema_rs.validate(schema("manifest"), document)


@pytest.mark.parametrize("document", documents(), ids=lambda d: d["metadata"]["name"])
def test_a_spec_is_valid(document: dict[str, Any]) -> None:
    jsonschema_rs.validate(schema(document["kind"]), numbered(document["spec"]))


@pytest.mark.parametrize("document", documents(), ids=lambda d: d["metadata"]["name"])
def test_a_kind_has_nothing_to_say_against_an_example(document: dict[str, Any]) -> None:
    assert list(kind(document["kind"]).check(numbered(document["spec"]), None)) == []


def test_every_kind_has_an_example() -> None:
    assert {document["kind"] for document in documents()} == set(all_kinds())


@pytest.mark.parametrize("path", DATASETS, ids=lambda path: path.name)
def test_a_dataset_has_enough_rows_and_no_two_are_equal(path: Path) -> None:
    rows = path.read_text(encoding="utf-8").splitlines()

    assert len({json.dumps(json.loads(row)) for row in rows}) == len(rows) >= 20


@pytest.mark.parametrize("path", files(), ids=str)
def test_the_weights_are_what_the_script_makes(path: Path) -> None:
    assert (EXAMPLES / path).read_bytes() == files()[path]


@pytest.mark.parametrize("path", WEIGHTS, ids=lambda path: path.name)
def test_safetensors_end_where_their_header_says(path: Path) -> None:
    content = path.read_bytes()
    (length,) = struct.unpack("<Q", content[:8])
    header = json.loads(content[8 : 8 + length])

    ends = [tensor["data_offsets"][1] for name, tensor in header.items() if name[:2] != "__"]

    assert 8 + length + max(ends) == len(content)


@pytest.mark.parametrize("project", PROJECTS)
def test_a_project_says_what_it_shows(project: str) -> None:
    text = (example_dir(project) / "README.md").read_text(encoding="utf-8")

    assert "reconciler apply" in text
