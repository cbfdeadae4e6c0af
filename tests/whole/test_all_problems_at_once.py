"""One run of validate tells every problem: nothing waits until something else is mended."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.whole.program import program_for

if TYPE_CHECKING:
    from pathlib import Path

BASE = "baseModel: accounts/fireworks/models/llama-v3p1-8b-instruct"
JOB = "apiVersion: reconciler/v1\nkind: SupervisedFineTuningJob\nmetadata: {name: %s}\nspec: {%s}\n"
DATASET = "apiVersion: reconciler/v1\nkind: Dataset\nmetadata: {name: rows}\nspec: {%s}\n"


def said(folder: Path, *documents: str) -> list[str]:
    """What validate says of a project with these documents: its lines without the hints."""
    (folder / "manifests").mkdir()
    (folder / "reconciler.yaml").write_text(
        "apiVersion: reconciler/v1\nkind: Project\nspec: {}\n", encoding="utf-8"
    )
    (folder / "manifests/a.yaml").write_text("---\n".join(documents), encoding="utf-8")
    lines = program_for(folder, None).run("validate").out.splitlines()
    return [line for line in lines if not line.startswith("  hint:")]


def test_a_name_that_means_nothing_is_told_beside_an_unknown_field(tmp_path: Path) -> None:
    found = said(tmp_path, JOB % ("bot", f"dataset: nowhere, {BASE}, epoch: 2"))

    assert [
        'manifests/a.yaml:4:17: SupervisedFineTuningJob/bot: spec.dataset: no Dataset "nowhere" in'
        " this project",
        "manifests/a.yaml:4:87: SupervisedFineTuningJob/bot: spec.epoch: unknown field",
    ] == found


def test_rows_are_checked_whatever_else_is_wrong_with_the_dataset(tmp_path: Path) -> None:
    (tmp_path / "rows.jsonl").write_text('{"a": 1}\nnot json\n{"a": 2}\n', encoding="utf-8")

    found = said(tmp_path, DATASET % "state: READY, source: {path: ../rows.jsonl}")

    assert [
        "manifests/a.yaml:4:8: Dataset/rows: spec.state: output only: set by the server",
        "rows.jsonl:2: invalid JSON at character 1: expected a value",
    ] == found


def test_the_output_model_of_a_faulty_job_is_declared_all_the_same(tmp_path: Path) -> None:
    rows = DATASET % "externalUrl: gs://bucket/rows.jsonl"
    maker = JOB % ("first", f"dataset: rows, {BASE}, outputModel: made, epochs: many")
    user = JOB % ("second", "dataset: rows, warmStartFrom: made")

    found = said(tmp_path, rows, maker, user)

    assert [
        "manifests/a.yaml:9:111: SupervisedFineTuningJob/first: spec.epochs: expected an integer,"
        ' but was the string "many"'
    ] == found


def test_a_second_document_of_one_name_is_told_though_the_first_is_faulty(tmp_path: Path) -> None:
    first, second = DATASET % "frmat: CHAT, externalUrl: a", DATASET % "externalUrl: b"

    found = said(tmp_path, first, second)

    assert (
        "manifests/a.yaml:8:18: Dataset/rows: metadata.name: declared a second time;"
        " the first is manifests/a.yaml:1:1"
    ) in found


def test_a_cycle_through_a_faulty_manifest_is_told(tmp_path: Path) -> None:
    rows = DATASET % "externalUrl: gs://bucket/rows.jsonl"
    first = JOB % ("first", "dataset: rows, warmStartFrom: two, outputModel: one, nope: 1")
    second = JOB % ("second", "dataset: rows, warmStartFrom: one, outputModel: two")

    found = said(tmp_path, rows, first, second)

    assert (
        "manifests/a.yaml:9:7: SupervisedFineTuningJob/first: depends on itself:"
        " SupervisedFineTuningJob/first -> SupervisedFineTuningJob/second ->"
        " SupervisedFineTuningJob/first"
    ) in found


@pytest.mark.parametrize("field", ["source: {path: 3}", "source: 3", "source: {sha256: 00}"])
def test_a_field_is_not_called_missing_because_it_is_wrong(field: str, tmp_path: Path) -> None:
    found = said(tmp_path, DATASET % field)

    assert not [line for line in found if "expected one of source" in line]
