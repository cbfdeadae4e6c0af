"""Finds and replaces values in a spec by path: ``dataset``, ``datasets[].dataset``."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

Place = tuple[str | int, ...]
"""Where a value stands below spec: ``("datasets", 0, "dataset")``."""


def find(spec: Any, path: str) -> Sequence[tuple[Place, Any]]:
    """Every value at a dotted path; ``[]`` behind a name means each item of that list."""
    if path in spec:  # most paths are one plain name
        return (((path,), spec[path]),)
    parts = _parts(path)
    return tuple(_find(spec, parts, ())) if parts[0].removesuffix("[]") in spec else ()


@cache
def _parts(path: str) -> list[str]:
    return path.split(".")


def _find(value: Any, parts: list[str], place: Place) -> Iterator[tuple[Place, Any]]:
    if not parts:
        yield place, value
        return
    name = parts[0].removesuffix("[]")
    if not hasattr(value, "keys") or name not in value:
        return
    below, here = value[name], (*place, name)
    if not parts[0].endswith("[]"):
        yield from _find(below, parts[1:], here)
    elif isinstance(below, (list, tuple)):
        for index, item in enumerate(below):
            yield from _find(item, parts[1:], (*here, index))


def put(value: Any, place: Place, new: Any) -> Any:
    """A copy of ``value`` with ``new`` at ``place``; only what lies on the way is copied."""
    if not place:
        return new
    key, rest = place[0], place[1:]
    if isinstance(key, int):
        items = list(value)
        items[key] = put(items[key], rest, new)
        return items
    below = value.get(key, {} if rest else None)
    return {**value, key: put(below, rest, new)}


def put_all(spec: Mapping[str, Any], values: Mapping[Place, Any]) -> Mapping[str, Any]:
    """``spec`` with every value of ``values`` at its place, in a copy when there is any."""
    if not values:
        return spec
    found: dict[Any, Any] = dict(spec)
    for place, new in values.items():
        key, rest = place[0], place[1:]
        found[key] = put(found.get(key, {}), rest, new) if rest else new
    return found


def dotted(place: Place) -> str:
    """The place as users write it: ``datasets[0].dataset``."""
    text = ""
    for part in place:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text
