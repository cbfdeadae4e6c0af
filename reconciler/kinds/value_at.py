"""The value at a dotted path of a spec or of a live body."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def value_at(value: Any, path: str) -> Any:
    """None when any part of the path is missing, and for the path ""; lists are not entered."""
    for key in path.split("."):
        value = value.get(key) if isinstance(value, Mapping) else None
    return value
