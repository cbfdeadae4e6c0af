"""Finds the kinds: every module beside this one that defines ``KIND``."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from reconciler.kinds.kind import Kind


@cache
def all_kinds() -> Mapping[str, Kind]:
    """Every kind by its name, in the order of the names; read-only."""
    found = {kind.name: kind for kind in _found()}
    return MappingProxyType(dict(sorted(found.items())))


def kind(name: str) -> Kind:
    """The kind of that name. Raises ``KeyError`` when there is none."""
    return all_kinds()[name]


def _found() -> Iterator[Kind]:
    """A new kind is one file: nothing lists it anywhere."""
    here = Path(__file__)
    for file in sorted(here.parent.glob("*.py")):
        if file.stem not in ("__init__", here.stem):
            module = import_module(f"{__package__}.{file.stem}")
            if hasattr(module, "KIND"):
                yield module.KIND
