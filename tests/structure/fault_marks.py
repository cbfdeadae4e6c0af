"""Which tests prove what of the fault table: ``pytest.mark.fault`` found in their syntax trees."""

from __future__ import annotations

import ast
import functools
from typing import TYPE_CHECKING

from tests.structure.source_tree import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PAGE = "docs/reliability.md"
LISTED = tuple(f"F{number}" for number in range(1, 64))
"""The faults of our fault model, step by step from reading manifests to GitHub."""


@functools.cache
def proofs() -> dict[str, tuple[str, ...]]:
    """The files, below tests/, with a test that is marked for the fault."""
    found: dict[str, set[str]] = {}
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        for fault in _marked(path):
            found.setdefault(fault, set()).add(path.relative_to(ROOT / "tests").as_posix())
    return {fault: tuple(sorted(files)) for fault, files in found.items()}


def rows(page: str) -> dict[str, str]:
    """The last cell of each row of the table."""
    cells = (line.strip("|").split("|") for line in page.splitlines() if line.startswith("| F"))
    return {first.strip(): last.strip() for first, *_, last in cells}


def with_proofs(page: str) -> str:
    """The page with the last column as it should be."""
    known = proofs()
    return "\n".join(_row(line, known) for line in page.split("\n"))


def cell(files: tuple[str, ...]) -> str:
    return ", ".join(f"`{name}`" for name in files)


def _row(line: str, known: dict[str, tuple[str, ...]]) -> str:
    fault = line.strip("|").split("|")[0].strip()
    if not line.startswith("| F") or fault not in LISTED:
        return line
    kept = line.rstrip(" |").split(" | ")[:3]
    return f"{' | '.join(kept)} | {cell(known.get(fault, ()))} |"


def _marked(path: Path) -> Iterator[str]:
    text = path.read_text(encoding="utf-8")
    if "mark.fault(" not in text:
        return  # most have none, and a tree of each would take seconds
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            for decorator in node.decorator_list:
                yield from _faults(decorator)


def _faults(decorator: ast.expr) -> Iterator[str]:
    if isinstance(decorator, ast.Call) and ast.unparse(decorator.func) == "pytest.mark.fault":
        for argument in decorator.args:
            assert isinstance(argument, ast.Constant)
            yield str(argument.value)
