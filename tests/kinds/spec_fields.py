"""Walks over the fields of a schema, in the paths that kinds use."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

Node = "Mapping[str, Any]"


def fields(schema: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Mapping[str, Any]]]:
    """(dotted path, schema) of every field; ``[]`` marks the items of a list."""
    for name, field in schema.get("properties", {}).items():
        yield f"{prefix}{name}", field
        yield from fields(field, f"{prefix}{name}.")
        yield from fields(field.get("items", {}), f"{prefix}{name}[].")


def objects(schema: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Every object that a document may hold at some place."""
    if schema.get("type") == "object":
        yield schema
    for field in (*schema.get("properties", {}).values(), schema.get("items", {})):
        yield from objects(field)
