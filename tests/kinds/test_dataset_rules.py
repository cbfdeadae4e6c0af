"""What makes a dataset's spec right, and what is derived from its file."""

from __future__ import annotations

from typing import Any

import pytest

from reconciler.kinds.dataset import KIND
from reconciler.kinds.source_facts import SourceFacts

FILE = SourceFacts({"rows.jsonl": 4096}, rows=24)
SOURCE = {"source": {"path": "rows.jsonl"}}
PARENT = {"sourceDatasetId": "parent"}

RIGHT: list[dict[str, Any]] = [
    SOURCE,
    {**SOURCE, "userUploaded": {}},
    {"externalUrl": "gs://bucket/rows.jsonl", "exampleCount": 24},
    {"externalUrl": "gs://bucket/rows.jsonl", "userUploaded": {}},
    {**PARENT, "filter": "length > 3"},
    {"transformed": PARENT},
    {"splitted": PARENT},
    {"evaluationResult": {"evaluationJobId": "job"}},
    {"evalProtocol": {}},
]
WRONG: list[tuple[dict[str, Any], str, str]] = [
    ({}, "spec", "missing-field"),
    ({"displayName": "no rows"}, "spec", "missing-field"),
    ({"userUploaded": {}}, "spec", "missing-field"),
    ({**SOURCE, "externalUrl": "gs://b/x"}, "spec.externalUrl", "conflicting-fields"),
    ({**SOURCE, "splitted": PARENT}, "spec.splitted", "conflicting-fields"),
    ({"evalProtocol": {}, "userUploaded": {}}, "spec.evalProtocol", "conflicting-fields"),
    ({**SOURCE, "exampleCount": 24}, "spec.exampleCount", "derived-field"),
    ({**SOURCE, "filter": "x"}, "spec.filter", "missing-field"),
    ({"source": {"path": "rows.jsonl", "include": ["*"]}}, "spec.source.include", "invalid-spec"),
]


def found(spec: dict[str, Any], facts: SourceFacts | None = FILE) -> list[tuple[str, str, bool]]:
    """(path, code, whether it is only a warning) of each problem."""
    return [(dotted(p.path), p.code, p.warning) for p in KIND.check(spec, facts)]


def dotted(path: tuple[str | int, ...]) -> str:
    return ".".join(map(str, path))


@pytest.mark.parametrize("spec", RIGHT, ids=str)
def test_one_origin_is_right(spec: dict[str, Any]) -> None:
    assert found(spec) == []


@pytest.mark.parametrize(("spec", "path", "code"), WRONG, ids=str)
def test_anything_else_is_an_error_at_its_field(spec: dict[str, Any], path: str, code: str) -> None:
    assert (path, code, False) in found(spec)


def test_a_folder_is_no_dataset() -> None:
    facts = SourceFacts({"a.jsonl": 1, "b.jsonl": 1}, rows=None)

    assert ("spec.source.path", "invalid-spec", False) in found(SOURCE, facts)


def test_a_folder_has_no_digest_to_pin() -> None:
    facts = SourceFacts({"a.jsonl": 1, "b.jsonl": 1})

    spec = {"source": {"path": "rows.jsonl", "sha256": "0" * 64}}

    assert ("spec.source.sha256", "invalid-spec", False) in found(spec, facts)


def test_another_ending_than_jsonl_is_a_warning() -> None:
    assert found({"source": {"path": "rows.json"}}) == [("spec.source.path", "file-name", True)]


def test_files_that_could_not_be_read_are_no_second_problem() -> None:
    assert found(SOURCE, None) == []


def test_a_file_gives_the_record_of_an_upload() -> None:
    derived = KIND.derive(SOURCE, FILE)

    assert {**SOURCE, "userUploaded": {}, "exampleCount": "24"} == derived


def test_rows_that_were_not_counted_give_no_count() -> None:
    derived = KIND.derive(SOURCE, SourceFacts({"rows.jsonl": 134}))

    assert {**SOURCE, "userUploaded": {}} == derived


def test_a_count_written_by_hand_becomes_an_int64() -> None:
    derived = KIND.derive({"externalUrl": "gs://b/x", "exampleCount": 24}, None)

    assert derived["exampleCount"] == "24"


def test_deriving_leaves_the_spec_as_it_was() -> None:
    spec = dict(SOURCE)

    KIND.derive(spec, FILE)

    assert spec == SOURCE
