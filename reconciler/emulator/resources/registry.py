"""Finds every collection: each module of this package that has a COLLECTION."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache
from typing import TYPE_CHECKING

from reconciler.emulator import resources
from reconciler.emulator.resources.collection import Collection

if TYPE_CHECKING:
    from reconciler.emulator.lifecycle import Arrival


@cache
def collections() -> dict[str, Collection]:
    """All collections by path segment."""
    found: dict[str, Collection] = {}
    for module in pkgutil.iter_modules(resources.__path__):
        loaded = importlib.import_module(f"{resources.__name__}.{module.name}")
        collection = getattr(loaded, "COLLECTION", None)
        if isinstance(collection, Collection):
            found[collection.segment] = collection
    return found


@cache
def arrivals() -> dict[str, Arrival]:
    """What each collection does when one of its records reaches a state."""
    return {s: c.arrival for s, c in collections().items() if c.arrival is not None}


@cache
def create_segments() -> dict[str, Collection]:
    """Collections by the segment that a create is posted to (evaluators use evaluatorsV2)."""
    return {c.create_segment or c.segment: c for c in collections().values()}
