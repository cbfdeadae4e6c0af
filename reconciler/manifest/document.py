"""One YAML document as read: its tree, where each node stands, what its scalars were written as."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from array import array

    from reconciler.diagnostic import SourceLocation
    from reconciler.manifest.manifest import Path
    from reconciler.manifest.source_text import SourceText


@dataclass(frozen=True, slots=True)
class Locator:
    """Positions of all nodes of a document.

    ``positions`` are character indexes of keys and values in the order of the file: four bytes
    a node, turned into line and column only for the few that are ever asked for.
    """

    source: SourceText
    tree: Any
    positions: array[int]

    def locate(self, path: Path) -> SourceLocation:
        """Where the value at ``path`` begins, else its nearest ancestor that exists."""
        return self.source.location(self.positions[self._indexes(path)[1]])

    def locate_key(self, path: Path) -> SourceLocation:
        """Where the key (or list item) at ``path`` begins, else its nearest ancestor."""
        return self.source.location(self.positions[self._indexes(path)[0]])

    def _indexes(self, path: Path) -> tuple[int, int]:
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
