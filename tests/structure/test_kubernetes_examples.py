"""The manifests for Kubernetes are valid, and start what the documents say."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import kubernetes_validate  # type: ignore[import-untyped]
import pytest
import yaml

FOLDER = Path(__file__).parents[2] / "examples" / "kubernetes"


def read(name: str) -> dict[str, Any]:
    return dict(yaml.safe_load((FOLDER / name).read_text()))


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.yaml")), ids=lambda path: path.name)
def test_each_manifest_fits_the_schema_of_kubernetes(path: Path) -> None:
    kubernetes_validate.validate(read(path.name), "1.33", strict=True)


def test_there_are_as_many_shards_as_indexes() -> None:
    job = read("indexed-job.yaml")["spec"]
    (container,) = job["template"]["spec"]["containers"]
    shards = next(each["value"] for each in container["env"] if each["name"] == "SHARDS")

    assert int(shards) == job["completions"]


@pytest.mark.parametrize("index", [0, 3])
def test_an_index_from_0_becomes_a_shard_from_1(index: int) -> None:
    job = read("indexed-job.yaml")["spec"]
    shell, flag, script = job["template"]["spec"]["containers"][0]["command"]
    told = subprocess.run(
        [shell, flag, script.replace("exec reconciler", "echo")],
        env={"JOB_COMPLETION_INDEX": str(index), "SHARDS": "4", "PATH": "/usr/bin:/bin"},
        capture_output=True, text=True, check=True,
    )  # fmt: skip

    assert f"apply --yes --shard {index + 1}/4\n" == told.stdout
