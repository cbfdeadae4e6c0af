"""Adding a kind touches its file, its schema, an example, a case and the docs: all or none."""

from __future__ import annotations

import re

import pytest

from reconciler.kinds.registry import all_kinds
from tests.structure.source_tree import ROOT

DECLARED = re.compile(r"^kind: *([A-Z]\w+) *(?:#.*)?$", re.MULTILINE)
OURS = "apiVersion: reconciler/v1"
SCHEMA_SUFFIX = ".schema.json"
# The project file stands in the same envelope, and is no kind of resource.
NOT_A_RESOURCE = frozenset({"Project"})


def _in_yaml_under(folder: str) -> frozenset[str]:
    """Every ``kind:`` at the left margin of any manifest below ``folder``."""
    texts = (path.read_text("utf-8") for path in (ROOT / folder).rglob("*.y*ml"))
    ours = (text for text in texts if OURS in text)
    return frozenset(kind for text in ours for kind in DECLARED.findall(text)) - NOT_A_RESOURCE


def _in_schemas() -> frozenset[str]:
    """Files named after a kind; those in lower case describe something else."""
    names = (path.name.removesuffix(SCHEMA_SUFFIX) for path in (ROOT / "schemas").glob("*.json"))
    return frozenset(name for name in names if name[:1].isupper())


def test_every_kind_has_a_schema_and_every_schema_a_kind() -> None:
    assert frozenset(all_kinds()) == _in_schemas()


def test_every_kind_has_an_example_and_every_example_known_kinds() -> None:
    assert frozenset(all_kinds()) == _in_yaml_under("examples")


def test_every_kind_has_a_case_and_every_case_known_kinds() -> None:
    assert frozenset(all_kinds()) == _in_yaml_under("tests/cases")


@pytest.mark.parametrize("kind", sorted(all_kinds()))
def test_the_docs_speak_of_the_kind(kind: str) -> None:
    pages = [path.read_text("utf-8") for path in (ROOT / "docs").rglob("*.md")]

    assert any(f"`{kind}`" in page for page in pages), f"no page of docs/ says `{kind}`"
