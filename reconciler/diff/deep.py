"""deepdiff, wrapped here and nowhere else: where two values differ, as paths."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from reconciler.desired.fields import Place


def changed_places(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[Place, ...]:
    """Every place at which the two differ, sorted; a list of plain values counts as one place.

    Called for pairs that differ only: an equal pair costs deepdiff as much as a changed one, and
    its import costs more than a whole comparison run.
    """
    from deepdiff import DeepDiff

    found = DeepDiff(before, after, view="tree", threshold_to_diff_deeper=0)
    places = {_whole(place, before, after) for level in found.values() for place in _places(level)}
    return tuple(sorted(places))  # keys beside keys, numbers beside numbers


def _places(level: Any) -> Iterator[Place]:
    for difference in level:
        yield tuple(difference.path(output_format="list"))


def _whole(place: Place, before: Any, after: Any) -> Place:
    """Cut the place at a list that a reader wants to see whole: of plain values, or of another
    length."""
    for depth, part in enumerate(place):
        if isinstance(part, int) and not (_mappings(before) and _mappings(after)):
            return place[:depth]
        if isinstance(part, int) and len(before) != len(after):
            return place[:depth]
        before, after = before[part], after[part]
    return place


def _mappings(value: Any) -> bool:
    return isinstance(value, (list, tuple)) and all(hasattr(item, "keys") for item in value)
