"""Manifests to bodies, and what shows only when all are seen together."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from reconciler.ref import ResourceRef
from tests.desired.manifests import (
    JOB,
    codes,
    dataset,
    desired,
    job,
    manifest,
    old_job,
    one,
    weights,
)

if TYPE_CHECKING:
    from reconciler.manifest.manifest import Manifest


def test_the_source_is_taken_out_of_the_body() -> None:
    with_source = manifest(
        "Dataset/chat", {"source": {"path": "chat.jsonl"}}, brings=dataset().files
    )

    assert "source" not in one(desired(with_source), "Dataset/chat").spec


def test_the_file_names_of_a_base_model_are_derived() -> None:
    details = one(desired(weights()), "Model/base").spec["baseModelDetails"]

    assert ["config.json", "model.safetensors"] == details["huggingfaceFiles"]


def test_the_rows_of_a_dataset_are_derived() -> None:
    assert "3" == one(desired(dataset()), "Dataset/chat").spec["exampleCount"]


def test_a_field_that_nothing_derives_stays_as_written() -> None:
    state = desired(dataset(), job(spec={"learningRate": 1e-4}))

    assert 1e-4 == one(state, f"{JOB}/bot").spec["learningRate"]


def test_the_manifest_is_not_changed() -> None:
    wanted = job()
    before = dict(wanted.spec)
    desired(dataset(), wanted)

    assert before == wanted.spec


def test_the_resources_stand_in_the_order_of_their_files() -> None:
    state = desired(job(), dataset(), weights())

    assert [f"{JOB}/bot", "Dataset/chat", "Model/base"] == [str(ref) for ref in state.resources]


def test_the_graph_has_the_edges_of_the_resources() -> None:
    state = desired(job(), dataset())

    assert (ResourceRef("Dataset", "chat"),) == state.graph.edges[ResourceRef(JOB, "bot")]


@pytest.mark.parametrize(
    ("manifests", "code"),
    [
        ((dataset(line=1), dataset(line=5)), "duplicate-resource"),
        ((dataset(line=1), dataset(absent=True, line=5)), "duplicate-resource"),
        ((dataset(), job("a", {"outputModel": "base"}), weights("base")), "duplicate-name"),
        (
            (dataset(), job("a", {"outputModel": "t"}), job("b", {"outputModel": "t"})),
            "duplicate-name",
        ),
        ((dataset(), job("bot"), old_job("bot")), "duplicate-name"),
        ((dataset(), job("bot"), manifest("Model/bot", absent=True)), "duplicate-name"),
    ],
    ids=[
        "twice",
        "declared and absent",
        "uploaded and trained",
        "trained twice",
        "trained by two kinds",
        "trained and absent",
    ],
)
def test_one_name_has_one_owner(manifests: tuple[Manifest, ...], code: str) -> None:
    assert [code] == codes(desired(*manifests))


def test_a_duplicate_names_the_first_place() -> None:
    (said,) = desired(dataset(line=1), dataset(line=5)).diagnostics

    assert "metadata.name: declared a second time; the first is all.yaml:1:1" == said.message
    assert said.location is not None
    assert 5 == said.location.line


def test_one_name_in_two_kinds_is_fine() -> None:
    assert [] == codes(desired(dataset("bot"), job("bot", {"dataset": "bot"})))


def test_a_job_that_goes_frees_the_name_of_its_model() -> None:
    gone = [dataset(), job("bot", absent=True), manifest("Model/bot", absent=True)]

    assert [] == codes(desired(*gone))


def test_the_same_manifests_give_the_same_value() -> None:
    manifests = (dataset(hashed=True), job(hashed=True), weights())

    assert desired(*manifests) == desired(*manifests)
