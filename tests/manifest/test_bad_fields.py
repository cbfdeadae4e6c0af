"""Every field of every kind, written wrong in each way its schema knows, is answered as written
down in corpus/fields: wrong type, out of range, a typing error, output only, a literal secret."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from reconciler.kinds.registry import all_kinds
from reconciler.schema_files import schema
from tests.manifest.corpus_files import make_project
from tests.manifest.field_files import answers, field_cases

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path


@pytest.mark.parametrize("kind", all_kinds())
def test_a_wrong_field_is_answered_with_its_place_and_what_was_expected(
    kind: str, tmp_path: Path
) -> None:
    make_project(tmp_path)
    expected = field_cases(kind)

    assert expected == answers(kind, tmp_path)


@pytest.mark.parametrize("kind", all_kinds())
def test_every_case_is_answered(kind: str) -> None:
    assert {} == {given: said for given, said in field_cases(kind).items() if not said}


@pytest.mark.parametrize("kind", all_kinds())
def test_every_field_has_a_wrong_value_in_the_corpus(kind: str) -> None:
    said = "\n".join(line for lines in field_cases(kind).values() for line in lines)
    fields = _fields(schema(kind), "spec")

    assert [] == [path for path in fields if f" {path}: expected " not in said]


def _fields(node: Mapping[str, Any], path: str) -> Iterator[str]:
    for name, child in node.get("properties", {}).items():
        yield f"{path}.{name}"
        yield from _fields(child, f"{path}.{name}")
        yield from _fields(child.get("items", {}), f"{path}.{name}[0]")
