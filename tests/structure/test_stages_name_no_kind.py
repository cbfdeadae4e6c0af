"""What is special about a kind stands in its file; a stage that names one has taken it out."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

import pytest

from reconciler.kinds.registry import all_kinds
from tests.structure.source_tree import Module, modules

if TYPE_CHECKING:
    from collections.abc import Iterator

STAGES = frozenset({"manifest", "desired", "live", "diff", "plan", "execute", "report", "engine"})


def _texts(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """String constants that are part of an expression; docstrings stand alone and do not count."""
    alone = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in alone:
            yield node.lineno, node.value


def _named(tree: ast.Module) -> list[tuple[int, str]]:
    """Line and text wherever a kind, or a ref of one, is written out."""
    return [(line, text) for line, text in _texts(tree) if text.split("/")[0] in all_kinds()]


def _problem(module: Module, line: int, text: str) -> str:
    return f"{module.shown}:{line}: {module.unit} names the kind {text!r}; say it in kinds/ as data"


def test_stages_never_name_a_kind() -> None:
    broken = [
        _problem(module, line, text)
        for module in modules()
        if module.unit in STAGES
        for line, text in _named(module.tree)
    ]

    assert [] == broken, "\n".join(broken)


@pytest.mark.parametrize("kind", sorted(all_kinds()))
def test_the_search_finds_a_kind_and_passes_over_prose(kind: str) -> None:
    tree = ast.parse(f'"""About {kind}."""\nif name == "{kind}":\n    "{kind}"\n')

    assert [(2, kind)] == _named(tree)
