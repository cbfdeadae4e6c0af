"""Where the id of a kind's resource stands, and who chooses it (fact sheet 1.5)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class BodyId:
    """The id stands in the body beside a wrapper: ``{modelId, model: {...}}``."""

    field: str
    wrapper: str


@dataclass(frozen=True, slots=True)
class QueryId:
    """The id is a query parameter, the body is the bare resource."""

    param: str


@dataclass(frozen=True, slots=True)
class NaturalKey:
    """The server names the resource; it is found by listing: equal values at ``paths``. One whose
    field ``keyless`` is true has no such key."""

    paths: tuple[str, ...]
    keyless: str = ""

    def missing_in(self, body: Mapping[str, Any]) -> str:
        """The first path at which an answer does not say its key, "" when it says all of it."""
        if body.get(self.keyless) is True:
            return ""
        told = ((path, body.get(path)) for path in self.paths)
        return next((path for path, value in told if not (isinstance(value, str) and value)), "")


Identity = BodyId | QueryId | NaturalKey
