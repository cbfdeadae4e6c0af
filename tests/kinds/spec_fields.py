"""Walks over the fields of a schema, in the paths that kinds use."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator


def fields(schema: dict[str, Any], prefix: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """(dotted path, schema) of every field; ``[]`` marks the items of a list."""
    for name, field in schema.get("properties", {}).items():
        yield f"{prefix}{name}", field
        yield from fields(field, f"{prefix}{name}.")
        if "items" in field:
            yield from fields(field["items"], f"{prefix}{name}[].")


def objects(schema: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Every object that a document may hold at some place, maps with keys of the user's aside."""
    is_map = isinstance(schema.get("additionalProperties"), dict)
    if schema.get("type") == "object" and not is_map:
        yield schema
    inside = [*schema.get("properties", {}).values()]
    for field in [*inside, schema["items"]] if "items" in schema else inside:
        yield from objects(field)
