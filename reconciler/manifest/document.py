"""One YAML document as read: its tree, where each node stands, what its scalars were written as."""

from __future__ import annotations

from array import array
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reconciler.diagnostic import SourceLocation
    from reconciler.manifest.manifest import Path
    from reconciler.manifest.source_text import SourceText


_MANY = 16  # questions about one document from which on an index of all paths pays


@dataclass(slots=True)
class Locator:
    """Positions of all nodes of a document.

    ``positions`` are character indexes of keys and values in the order of the file: four bytes
    a node, turned into line and column only for the few that are ever asked for.
    """

    source: SourceText
    tree: Any
    positions: array[int]
    _asked: int = 0
    _index: dict[Path, tuple[int, int]] | None = None

    def locate(self, path: Path) -> SourceLocation:
        """Where the value at ``path`` begins, else its nearest ancestor that exists."""
        return self.source.location(self.positions[self._places(path)[1]])

    def locate_key(self, path: Path) -> SourceLocation:
        """Where the key (or list item) at ``path`` begins, else its nearest ancestor."""
        return self.source.location(self.positions[self._places(path)[0]])

    def _places(self, path: Path) -> tuple[int, int]:
        self._asked += 1
        if self._asked <= _MANY:
            return self._walked(path)
        if self._index is None:
            self._index = {found: places for found, places, _ in _all_places(self.tree)}
        while path not in self._index:
            path = path[:-1]
        return self._index[path]

    def _walked(self, path: Path) -> tuple[int, int]:
        node, key_at, value_at = self.tree, 0, 0
        for step in path:
            found = _child(node, step, value_at)
            if found is None:
                return value_at, value_at
            node, key_at, value_at = found
        return key_at, value_at


def _child(node: Any, step: str | int, at: int) -> tuple[Any, int, int] | None:
    """The child of ``node`` (which stands at ``at``) with the indexes of its key and value."""
    following = at + 1
    if isinstance(node, dict):
        for key, value in node.items():
            if key == step:
                return value, following, following + 1
            following += 1 + _count(value)
    elif isinstance(node, list):
        for number, value in enumerate(node):
            if number == step:
                return value, following, following
            following += _count(value)
    return None


def _count(node: Any) -> int:
    """How many nodes a subtree has, keys included."""
    if isinstance(node, dict):
        return 1 + len(node) + sum(map(_count, node.values()))
    if isinstance(node, list):
        return 1 + sum(map(_count, node))
    return 1


def _all_places(
    node: Any, path: Path = (), key_at: int = 0, at: int = 0
) -> Iterator[tuple[Path, tuple[int, int], Any]]:
    """Every node with its path and the indexes of its key and value, in the file's order."""
    yield path, (key_at, at), node
    following = at + 1
    named = isinstance(node, dict)
    children: Any = node.items() if named else enumerate(node) if isinstance(node, list) else ()
    for step, child in children:
        value_at = following + 1 if named else following
        yield from _all_places(child, (*path, step), following, value_at)
        following = value_at + _count(child)


class Discarded(str):
    """A key whose value nobody keeps: a duplicate or a merge key. Equal to nothing but itself."""

    __slots__ = ()
    __hash__ = object.__hash__

    def __eq__(self, other: object) -> bool:
        return self is other


def without_discarded(tree: Any, positions: array[int]) -> array[int]:
    """Takes the discarded keys out of ``tree``; returns the positions of what is left."""
    dropped: set[int] = set()
    holders: list[dict[str, Any]] = []
    for path, (key_at, at), node in _all_places(tree):
        if path and type(path[-1]) is Discarded:
            dropped.update(range(key_at, at + _count(node)))
        if isinstance(node, dict) and any(type(key) is Discarded for key in node):
            holders.append(node)
    for holder in holders:
        for key in [key for key in holder if type(key) is Discarded]:
            del holder[key]
    return array("I", [p for index, p in enumerate(positions) if index not in dropped])


Slot = tuple[int, str | int]
"""A place for a value: the identity of its container and its key or index there."""


@dataclass(slots=True)
class Document:
    """What the reader hands on; ``tree`` is any JSON value, None stands for null and empty.

    ``written`` holds the text of every plain scalar that became something else than its text.
    ``doubtful`` says that the tree alone cannot be judged: it holds a null, or a float with an
    integral value (``1.0`` is no integer, though JSON Schema thinks so).
    """

    locator: Locator
    start: SourceLocation
    tree: Any
    written: dict[Slot, str] = field(default_factory=dict)
    doubtful: bool = False
    broken: bool = False
