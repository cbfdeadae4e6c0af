"""Walks a JSON Schema beside a document: which types and fields are allowed at a place."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

Schema = dict[str, Any]
_BRANCHES = ("allOf", "anyOf", "oneOf")
_CONDITIONS = ("then", "else")
_TYPE_NAMES = {bool: "boolean", int: "integer", float: "number", str: "string"}


@dataclass(frozen=True)
class Place:
    """All schemas that may judge one node; ``root`` is where their ``$ref`` begin. What was asked
    of it once is remembered: an export asks the same of thousands of answers."""

    schemas: tuple[Schema, ...]
    root: Schema
    _known: dict[str | int, Place] = field(default_factory=dict, compare=False, repr=False)

    def child(self, step: str | int) -> Place:
        """The place of a field or a list item."""
        if step not in self._known:
            found = (s for schema in self._expanded for s in _children(schema, step))
            self._known[step] = Place(tuple(found), self.root)
        return self._known[step]

    @cached_property
    def types(self) -> frozenset[str] | None:
        """The JSON types allowed here; None when the schema does not say."""
        named = [_types(schema) for schema in self._expanded]
        known = [types for types in named if types]
        return frozenset().union(*known) if known else None

    @cached_property
    def fields(self) -> frozenset[str]:
        """The names of the fields that a mapping here may have."""
        return frozenset(name for s in self._expanded for name in s.get("properties", ()))

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The same in the order in which the schema lists them."""
        listed = (name for s in self._expanded for name in s.get("properties", ()))
        return tuple(dict.fromkeys(listed))

    @cached_property
    def closed(self) -> bool:
        """Whether a mapping here may have no other fields than these."""
        return any(s.get("additionalProperties") is False for s in self._expanded)

    @cached_property
    def _expanded(self) -> tuple[Schema, ...]:
        return tuple(s for schema in self.schemas for s in _expand(schema, self.root, 0))


def _expand(schema: Any, root: Schema, depth: int) -> Iterator[Schema]:
    if not isinstance(schema, dict) or depth > 10:  # a schema that refers to itself
        return
    yield schema
    if "$ref" in schema:
        yield from _expand(_resolve(schema["$ref"], root), root, depth + 1)
    for branch in (b for name in _BRANCHES for b in schema.get(name, ())):
        yield from _expand(branch, root, depth + 1)
    for name in _CONDITIONS:
        yield from _expand(schema.get(name), root, depth + 1)


def _resolve(reference: str, root: Schema) -> Any:
    """A local reference (``#/$defs/x``); our schemas have no others."""
    node: Any = root
    for step in reference.removeprefix("#").strip("/").split("/"):
        node = node.get(step, {}) if step else node
    return node


def _children(schema: Mapping[str, Any], step: str | int) -> Iterator[Schema]:
    if isinstance(step, int):
        found = schema.get("items")
    else:
        found = schema.get("properties", {}).get(step, schema.get("additionalProperties"))
    if isinstance(found, dict):
        yield found


def _types(schema: Schema) -> frozenset[str]:
    if "type" in schema:
        named = schema["type"]
        return frozenset([named] if isinstance(named, str) else named)
    values = schema.get("enum", [schema["const"]] if "const" in schema else [])
    return frozenset(_TYPE_NAMES.get(type(value), "object") for value in values)
