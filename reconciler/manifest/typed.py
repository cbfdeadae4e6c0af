"""Resolves plain scalars by the schema's type: ``no`` and ``0123`` in a string field are text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reconciler.manifest.finding import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from reconciler.manifest.document import Slot
    from reconciler.manifest.schema_place import Place


class Written(str):
    """A plain scalar that its field cannot take, as it was written: ``1.0`` for an integer."""

    __slots__ = ()


def typed(node: Any, place: Place, written: Mapping[Slot, str]) -> Any:
    """``node`` with every plain scalar as the type that the schema wants at its place.

    ``written`` are the texts of scalars that the reader took for something else than text.
    """
    if isinstance(node, dict):
        return {
            key: _value(value, place.child(key), written, (id(node), key))
            for key, value in node.items()
        }
    if isinstance(node, list):
        return [
            _value(value, place.child(index), written, (id(node), index))
            for index, value in enumerate(node)
        ]
    return node


def _value(value: Any, place: Place, written: Mapping[Slot, str], slot: Slot) -> Any:
    if isinstance(value, dict | list):
        return typed(value, place, written)
    text = written.get(slot)
    if text is None or value is None:
        return value
    return _chosen(value, text, place.types)


def _chosen(value: Any, text: str, types: frozenset[str] | None) -> Any:
    """The value if its type is allowed, else its text if a string is, else what is surely wrong."""
    if types is None or _type(value) in types:
        return value
    if isinstance(value, int) and not isinstance(value, bool) and "number" in types:
        return value
    if "string" in types:
        return text
    return Written(text) if isinstance(value, float) else value


def _type(value: Any) -> str:
    if isinstance(value, bool):
        return "boolean"
    return "integer" if isinstance(value, int) else "number"


def empty_values(node: Any, path: tuple[str | int, ...] = ()) -> Iterator[Finding]:
    """A finding for every null: YAML's ``null``, ``~`` and empty values."""
    if node is None:
        message = "is empty: give it a value or leave the field out"
        yield Finding(path, message, "empty-value", on_key=True)
    children: Any = node.items() if isinstance(node, dict) else ()
    if isinstance(node, list):
        children = enumerate(node)
    for step, child in children:
        yield from empty_values(child, (*path, step))
