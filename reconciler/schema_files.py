"""Finds the schemas and examples: inside the installed package, or at the top of the checkout."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, cast

_PACKAGE = Path(__file__).parent
_ENDING = ".schema.json"


def schema_names() -> tuple[str, ...]:
    """Every schema by name: the kinds, and ``manifest``, ``project``, ``plan``, ``events``."""
    files = _folder("schemas").glob(f"*{_ENDING}")
    return tuple(sorted(file.name.removesuffix(_ENDING) for file in files))


def schema_text(name: str) -> str:
    """The schema of that name as its file says it. Raises ``KeyError`` when there is none."""
    if name not in schema_names():
        raise KeyError(name)
    return (_folder("schemas") / f"{name}{_ENDING}").read_text(encoding="utf-8")


def schema(name: str) -> dict[str, Any]:
    """The schema of that name; for a kind: of its ``spec``. Raises ``KeyError``."""
    return cast("dict[str, Any]", json.loads(schema_text(name)))


def example_names() -> tuple[str, ...]:
    """The folders of ``examples``, sorted."""
    return tuple(sorted(path.name for path in _folder("examples").iterdir() if path.is_dir()))


def example_dir(name: str) -> Path:
    """The folder of an example. Raises ``KeyError`` when there is none."""
    if name not in example_names():
        raise KeyError(name)
    return _folder("examples") / name


def _folder(name: str) -> Path:
    """An installed package carries the folder; in a checkout it stands beside the package."""
    inside = _PACKAGE / name
    return inside if inside.is_dir() else _PACKAGE.parent / name
