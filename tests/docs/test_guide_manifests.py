"""Every YAML block of the guide is a valid part of a project."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest
import yaml

from reconciler.desire import validate
from reconciler.diagnostic import has_errors
from reconciler.manifest.project import find_project
from reconciler.schema_files import example_dir
from tests.docs.markdown import Block, blocks, read

if TYPE_CHECKING:
    from pathlib import Path

BLOCKS = blocks(read("docs/guide.md"), "yaml")
PROJECT = "kind: Project\n"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """What the guide takes for given: data, weights, a dataset, and its own reconciler.yaml."""
    for folder in ("quickstart/data", "custom-model/models"):
        example, name = folder.split("/")
        shutil.copytree(example_dir(example) / name, tmp_path / name)
    (tmp_path / "manifests").mkdir()
    (file,) = (block for block in BLOCKS if PROJECT in block.text)
    (tmp_path / "reconciler.yaml").write_text(file.text)
    return tmp_path


@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: f"line {block.first + 1}")
@pytest.mark.parametrize("environment", [None, "prod"])
def test_a_block_is_valid(project: Path, block: Block, environment: str | None) -> None:
    if PROJECT not in block.text:
        (project / "manifests" / "block.yaml").write_text(block.text)
    if not _declares_the_dataset(block):
        dataset = example_dir("quickstart") / "manifests" / "dataset.yaml"
        shutil.copy(dataset, project / "manifests")
    found = validate([], find_project([], project, environment), project)

    assert not has_errors(found), [f"{d.location}: {d.message}" for d in found]


def _declares_the_dataset(block: Block) -> bool:
    refs = [(d["kind"], d.get("metadata", {}).get("name")) for d in yaml.safe_load_all(block.text)]
    return ("Dataset", "support-chat") in refs
