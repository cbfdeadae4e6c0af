"""The project's own sources as values: modules, what they import, the files of the tree."""

from __future__ import annotations

import ast
import subprocess
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = "reconciler"


@dataclass(frozen=True, slots=True)
class Module:
    """One ``.py`` file of the package under its dotted name."""

    name: str
    path: Path
    tree: ast.Module

    @property
    def is_init(self) -> bool:
        return self.path.name == "__init__.py"

    @property
    def unit(self) -> str:
        """The row of the import table: ``reconciler.diff.fields`` -> ``diff``."""
        return unit_of(self.name)

    @property
    def shown(self) -> str:
        return self.path.relative_to(ROOT).as_posix()


@dataclass(frozen=True, slots=True)
class Import:
    """``importer`` names ``imported``, a dotted module name, in ``line``."""

    importer: Module
    imported: str
    line: int


def unit_of(name: str) -> str:
    """First name below the package; empty for the package itself."""
    return name.split(".")[1] if "." in name else ""


@cache
def modules() -> tuple[Module, ...]:
    """Every module of the package, sorted by path."""
    return tuple(_read(path) for path in sorted((ROOT / PACKAGE).rglob("*.py")))


def _read(path: Path) -> Module:
    parts = path.relative_to(ROOT).with_suffix("").parts
    name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
    return Module(name, path, ast.parse(path.read_text(encoding="utf-8"), str(path)))


@cache
def module_names() -> frozenset[str]:
    return frozenset(module.name for module in modules())


def imports_of(module: Module) -> Iterator[Import]:
    """Every import, wherever it stands: at the top, in a function, or for types only."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield Import(module, alias.name, node.lineno)
        elif isinstance(node, ast.ImportFrom):
            base = _base(module, node)
            for alias in node.names:
                whole = f"{base}.{alias.name}"
                yield Import(module, whole if whole in module_names() else base, node.lineno)


def _base(module: Module, node: ast.ImportFrom) -> str:
    """The absolute name after ``from``, relative ones resolved as Python does."""
    if not node.level:
        return node.module or ""
    parts = module.name.split(".")
    package = parts[: len(parts) - node.level + module.is_init]
    return ".".join([*package, *([node.module] if node.module else [])])


@cache
def own_imports() -> tuple[Import, ...]:
    """The imports of our modules by our modules."""
    found = (each for module in modules() for each in imports_of(module))
    return tuple(each for each in found if each.imported.split(".")[0] == PACKAGE)


def third_party_imports() -> tuple[Import, ...]:
    found = (each for module in modules() for each in imports_of(module))
    return tuple(each for each in found if each.imported.split(".")[0] != PACKAGE)


@cache
def text_files() -> tuple[Path, ...]:
    """Every file that git knows or would add, except binary ones."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout.split("\0")
    paths = (ROOT / name for name in listed if name)
    return tuple(path for path in paths if path.is_file() and _is_text(path))


def _is_text(path: Path) -> bool:
    with path.open("rb") as file:
        return b"\0" not in file.read(8192)
