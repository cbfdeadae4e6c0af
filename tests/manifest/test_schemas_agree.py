"""The fast verdict and the slow reasons agree on the whole corpus and on random specs."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reconciler.kinds.registry import all_kinds
from reconciler.manifest.parse import parse
from reconciler.manifest.schema_set import ENVELOPE, shipped_schemas
from reconciler.manifest.source_text import SourceText, decode
from reconciler.schema_files import schema
from tests.manifest.corpus_files import Case, cases

FILES = ("scalars", "shape", "identity", "values", "paths", "valid")
SCHEMAS = shipped_schemas()


def agree(name: str, value: Any) -> bool:
    """Whether both validators say the same of a value."""
    slow = [*SCHEMAS.errors(name, value), *SCHEMAS.warnings(name, value)]
    return SCHEMAS.flawless(name)(value) == (not slow)


def has_integral_float(node: Any) -> bool:
    """``1.0`` is an integer to JSON Schema, not to us: the loader resolves it by other means."""
    children = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
    return isinstance(node, float) or any(map(has_integral_float, children))


@pytest.mark.parametrize("case", [case for name in FILES for case in cases(name)], ids=str)
def test_both_validators_agree_on_the_corpus(case: Case) -> None:
    source = decode("m.yaml", case.content)
    assert isinstance(source, SourceText)
    for document in parse(source)[0]:
        assert agree(ENVELOPE, document.tree)
        if isinstance(document.tree, dict) and isinstance(document.tree.get("spec"), dict):
            for kind in all_kinds():
                assert agree(kind, document.tree["spec"]), kind


def values_for(field: dict[str, Any]) -> st.SearchStrategy[Any]:
    """Values near a field's schema: its enum, its limits, and things of other types."""
    near = [
        field[name] + step
        for name in ("minimum", "maximum")
        if name in field
        for step in (-1, 0, 1)
    ]
    known = [*field.get("enum", ()), *near, "", "a", "a\n", "accounts/a/models/b", 0, 1, -1, 0.5, 8]
    return st.sampled_from([*known, True, [], ["a"], {}, {"env": "A"}, {"env": "A\n"}, None])


@pytest.mark.parametrize("kind", sorted(all_kinds()))
@given(data=st.data())
@settings(max_examples=100, deadline=None)
def test_both_validators_agree_on_random_specs(kind: str, data: st.DataObject) -> None:
    fields = schema(kind)["properties"]
    chosen = data.draw(st.lists(st.sampled_from(sorted(fields)), max_size=5, unique=True))

    spec = {name: data.draw(values_for(fields[name])) for name in chosen}

    assert agree(kind, spec), spec
