"""Which files this process opens, by the interpreter's own audit events."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_listening: list[list[str]] = []


def _hear(event: str, arguments: tuple[Any, ...]) -> None:
    if event == "open" and _listening and isinstance(arguments[0], str | os.PathLike):
        for heard in _listening:
            heard.append(os.path.realpath(os.fspath(arguments[0])))


sys.addaudithook(_hear)  # for good: a hook cannot be taken away, only be deaf


@contextmanager
def opened_below(folder: Path) -> Iterator[list[str]]:
    """Names relative to ``folder`` of what is opened below it within the block, in order."""
    heard: list[str] = []
    found: list[str] = []
    _listening.append(heard)
    try:
        yield found
    finally:
        _listening.remove(heard)
        root = os.path.realpath(folder) + os.sep
        found += [path.removeprefix(root) for path in heard if path.startswith(root)]
