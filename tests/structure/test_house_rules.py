"""Habits of the house that a reader relies on: small files, plain packages, one place each."""

from __future__ import annotations

import ast
import warnings

from tests.structure.source_tree import Module, modules

LONG = 250
TOO_LONG = 300


def _attribute_calls(module: Module, name: str) -> list[int]:
    """Lines that call ``something.name(...)``."""
    return [
        node.lineno
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == name
    ]


def _exits(module: Module) -> list[int]:
    """Lines that end the process: ``sys.exit``, ``os._exit``, ``exit``, ``raise SystemExit``."""
    names = {"exit", "quit", "SystemExit"}
    return [
        node.lineno
        for node in ast.walk(module.tree)
        if (isinstance(node, ast.Name) and node.id in names)
        or (
            isinstance(node, ast.Attribute)
            and node.attr in {"exit", "_exit"}
            and isinstance(node.value, ast.Name)
            and node.value.id in {"sys", "os"}
        )
    ]


def _own_docstring_only(module: Module) -> bool:
    return len(module.tree.body) == 1 and ast.get_docstring(module.tree) is not None


def test_package_files_hold_one_docstring_and_nothing_else() -> None:
    broken = [m.shown for m in modules() if m.is_init and not _own_docstring_only(m)]

    assert [] == broken


def test_every_module_says_what_it_is_for() -> None:
    broken = [module.shown for module in modules() if not ast.get_docstring(module.tree)]

    assert [] == broken


def test_no_file_is_too_long_to_read() -> None:
    lengths = {m.shown: len(m.path.read_text(encoding="utf-8").splitlines()) for m in modules()}
    for shown, lines in lengths.items():
        if LONG < lines <= TOO_LONG:
            warnings.warn(f"{shown} has {lines} lines: is it still one idea?", stacklevel=1)

    assert {} == {shown: lines for shown, lines in lengths.items() if lines > TOO_LONG}


def test_only_the_command_line_ends_the_process() -> None:
    broken = [
        f"{module.shown}:{line}: only cli/ exits; raise an error that knows its exit code"
        for module in modules()
        if module.unit != "cli"
        for line in _exits(module)
    ]

    assert [] == broken, "\n".join(broken)


def test_the_secret_is_revealed_in_one_module_only() -> None:
    revealing = [module.shown for module in modules() if _attribute_calls(module, "reveal")]

    assert len(revealing) <= 1, revealing
