"""The stable codes that the code uses: found in its syntax trees, so that none is forgotten."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from tests.structure.source_tree import modules

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.structure.source_tree import Module

WORDS = re.compile(r"[a-z]+(?:-[a-z]+)+")
"""A code of several words is known by its look, wherever it stands."""

MAKERS = {
    "Diagnostic": 1,
    "Leaving": 0,
    "Finding": 2,
    "Reason": 0,
    "refusal": 1,
    "problem": 2,
    "_error": 0,
    "self._stop": 2,
    "self._warn": 2,
    "self._refuse": 2,
}
"""What makes a problem or a reason, and which argument is its code: for codes of one word."""

UNITS = frozenset({"manifest", "kinds", "desired", "live", "diff", "plan", "past", "cli", "engine"})
NO_CODES = frozenset(
    {
        "approve-digest",
        "cat-file",
        "exit-code",
        "rev-list",
        "rev-parse",
        "x-warning",
        "site-packages",
    }
)
TABLES = frozenset({"DRIFT_CODES"})
"""Tables whose values are codes."""

NAMES = re.compile(r"[a-z]+(?:-[a-z]+)*")


def used_codes() -> frozenset[str]:
    """Every code of a diagnostic or a reason in the package."""
    trees = [module for module in modules() if module.unit in UNITS]
    found = {code for module in trees for code in _codes(module)}
    return frozenset(found - NO_CODES)


def _codes(module: Module) -> Iterator[str]:
    docs = {id(text) for text in _lone_strings(module)}
    for node in ast.walk(module.tree):
        if id(node) not in docs and (text := _text(node)) and WORDS.fullmatch(text):
            yield text
        if isinstance(node, ast.Call):
            yield from _of_call(node)
        if isinstance(node, ast.Assign):
            yield from _of_assignment(node)
            yield from _of_table(node)


def _of_call(call: ast.Call) -> Iterator[str]:
    place = MAKERS.get(ast.unparse(call.func))
    given = [keyword.value for keyword in call.keywords if keyword.arg == "code"]
    if place is not None:
        given += call.args[place : place + 1]
    yield from (text for node in given if (text := _text(node)) and NAMES.fullmatch(text))


def _of_assignment(node: ast.Assign) -> Iterator[str]:
    """``code, hint = "vanishing", "plan again"``."""
    for target in node.targets:
        if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
            for name, value in zip(target.elts, node.value.elts, strict=False):
                if getattr(name, "id", "") == "code" and (text := _text(value)):
                    yield text


def _of_table(node: ast.Assign) -> Iterator[str]:
    named = {getattr(target, "id", "") for target in node.targets}
    values = node.value.values if isinstance(node.value, ast.Dict) and named & TABLES else []
    yield from (text for value in values if (text := _text(value)))


def _lone_strings(module: Module) -> Iterator[ast.expr]:
    """Docstrings, and strings that stand below a constant to explain it."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Expr) and _text(node.value):
            yield node.value


def _text(node: ast.AST) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""
