"""Odd manifests that are right: nothing is refused that the contract allows."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.manifest.corpus_files import Case, cases, load_content, make_project, shown

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("case", cases("valid"), ids=str)
def test_an_odd_manifest_is_accepted_with_its_values(case: Case, tmp_path: Path) -> None:
    make_project(tmp_path)
    field, _, value = case.said[0].partition(" = ")

    loaded = load_content(tmp_path, case.content)

    assert [] == [shown(diagnostic) for diagnostic in loaded.diagnostics]
    assert json.loads(value) == loaded.manifests[0].spec[field]
    assert type(json.loads(value)) is type(loaded.manifests[0].spec[field])


@pytest.mark.parametrize(
    "content",
    [b"", b"\xef\xbb\xbf", b"\n\n", b"# only a comment\n", b"---\n", b"---\n---\n...\n", b"  \n"],
)
def test_an_empty_file_or_document_is_passed_over(content: bytes, tmp_path: Path) -> None:
    make_project(tmp_path)

    loaded = load_content(tmp_path, content)

    assert ((), ()) == (loaded.manifests, loaded.diagnostics)
