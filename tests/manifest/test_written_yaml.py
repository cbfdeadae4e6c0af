"""A document that is written reads back as the same values, and hides nothing from a terminal."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from reconciler.manifest.load import load
from reconciler.manifest.project import Project
from reconciler.manifest.write import document_text
from tests.export.accounts import HOSTILE

anything = st.text(st.characters(exclude_categories=["Cs"]))


def read_back(text: str) -> dict[str, object]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name).resolve()
        (folder / "m.yaml").write_text(text, encoding="utf-8", newline="")
        loaded = load([folder], Project(folder), folder)
    assert [] == [str(said) for said in loaded.diagnostics if said.code != "no-shape"]
    return dict(loaded.manifests[0].spec)


def deployment(**spec: object) -> dict[str, object]:
    metadata = {"name": "d"}
    whole = {"baseModel": "accounts/fireworks/models/m", "acceleratorType": "NVIDIA_H100_80GB"}
    document = {"apiVersion": "reconciler/v1", "kind": "Deployment", "metadata": metadata}
    return {**document, "spec": {**whole, **spec}}


@given(anything)
@example("  \n x")
@example("x\n\n\n")
@example("\ttab\n line")
def test_any_text_is_read_back_as_it_was(said: str) -> None:
    text = document_text(deployment(deploymentTemplate=said))

    assert said == read_back(text)["deploymentTemplate"]


@pytest.mark.parametrize("said", [said for said in HOSTILE if not said.startswith("fw_")])
def test_hostile_text_is_read_back_and_shown_for_what_it_is(said: str) -> None:
    text = document_text(deployment(deploymentTemplate=said), [said])

    assert said == read_back(text)["deploymentTemplate"]
    assert all(line.isprintable() for line in text.split("\n"))


@given(st.dictionaries(anything, st.floats(allow_nan=False, allow_infinity=False), max_size=3))
def test_any_numbers_under_any_keys_are_read_back(targets: dict[str, float]) -> None:
    document = deployment(autoscalingPolicy={"loadTargets": targets})

    policy = read_back(document_text(document))["autoscalingPolicy"]

    assert {"loadTargets": targets} == policy
