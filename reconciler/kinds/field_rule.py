"""What the API does with a field of a kind, and how two of its values are compared."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class FieldClass(Enum):
    """What the API does with a field after create (fact sheet, field tables)."""

    MUTABLE = "mutable"
    UNPROVED = "mutable, unproved"  # PATCH accepts it; nothing proves the server applies it
    IMMUTABLE = "immutable"
    COMPUTED = "computed by the server"  # output only: an error in a spec
    WRITE_ONLY = "write only"  # never returned, or a secret: never compared
    CREATE_ONLY = "create parameter"  # counts at creation only, not part of the resource


class Shape(Enum):
    """How desired and live values are made comparable."""

    PLAIN = "plain"
    RESOURCE_NAME = "resource name"  # short and full names are equal
    VERSIONED_NAME = "versioned name"  # .../versions/v is added by the server
    INT64 = "int64"  # a decimal string in answers
    UNORDERED = "unordered list"
    DURATION = "duration"  # "600s" equals "10m" never; "600s" equals "600.0s"
    TIMESTAMP = "timestamp"  # the same moment, whatever its fraction or offset


@dataclass(frozen=True, slots=True)
class FieldRule:
    """One field of ``spec``: ``path`` is dotted (``baseModelDetails.worldSize``).

    A rule counts for everything below its path. ``reason`` is shown in the plan;
    ``place`` says where a create parameter goes: "query" or "body" (beside the wrapper).
    """

    path: str
    field_class: FieldClass
    reason: str
    shape: Shape = Shape.PLAIN
    place: str = "query"


def rules(
    field_class: FieldClass,
    reason: str,
    *paths: str,
    shape: Shape = Shape.PLAIN,
    place: str = "query",
) -> tuple[FieldRule, ...]:
    """One rule for each of several fields that share class and reason."""
    return tuple(FieldRule(path, field_class, reason, shape, place) for path in paths)
