"""A kind's field rules and references, indexed by the paths of a spec."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from reconciler.kinds.field_rule import FieldRule
    from reconciler.kinds.kind import Kind, Reference


class RuleIndex:
    """``kind.rule(path)`` in one dictionary look-up a step; list items are written ``name[]``.

    ``references`` are the kind's, each with the top-level field that it stands in.
    """

    __slots__ = ("_by_path", "kind", "references")

    def __init__(self, kind: Kind) -> None:
        self.kind = kind
        self._by_path: dict[str, FieldRule | None] = {rule.path: rule for rule in kind.rules}
        self.references: tuple[tuple[str, Reference], ...] = tuple(
            (reference.path.partition(".")[0].removesuffix("[]"), reference)
            for reference in kind.references
        )

    def rule(self, path: str) -> FieldRule | None:
        """The rule for a dotted path: its own, else that of its nearest ancestor."""
        if path in self._by_path:
            return self._by_path[path]
        parent = path.removesuffix("[]") if path.endswith("[]") else path.rpartition(".")[0]
        found = self.rule(parent) if parent else None
        self._by_path[path] = found
        return found


_INDEXES: dict[int, RuleIndex] = {}


def rule_index(kind: Kind) -> RuleIndex:
    """The index of a kind, made once (an index keeps its kind alive, so ids are not reused)."""
    index = _INDEXES.get(id(kind))
    if index is None:
        index = _INDEXES[id(kind)] = RuleIndex(kind)
    return index
