"""Whether what was sent is what the platform now has: a PATCH may drop fields silently."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from reconciler.kinds.field_rule import FieldClass, Shape

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from reconciler.kinds.kind import Kind


def did_not_stick(
    kind: Kind, sent: Mapping[str, Any], live: Mapping[str, Any]
) -> Iterator[tuple[str, Any, Any]]:
    """(field, sent, live) of every top-level field that differs after normalisation.

    What is write only never comes back, so it cannot be checked.
    """
    for field, value in sent.items():
        if not _holds(kind, field, value, live.get(field)):
            yield field, value, live.get(field)


def _holds(kind: Kind, path: str, sent: Any, live: Any) -> bool:
    rule = kind.rule(path)
    if rule is not None and rule.field_class is FieldClass.WRITE_ONLY:
        return True
    if sent and isinstance(sent, dict) and isinstance(live, dict | None):
        below = live or {}
        return all(_holds(kind, f"{path}.{key}", v, below.get(key)) for key, v in sent.items())
    return sticks(sent, live, rule.shape if rule else Shape.PLAIN)


def sticks(sent: Any, live: Any, shape: Shape = Shape.PLAIN) -> bool:
    """Whether the live value says what was sent: zero is unset, int64 is text, names are full."""
    if not sent and not live and not isinstance(sent, dict):
        return True  # proto3: unset and zero look the same (fact sheet 1.3)
    if isinstance(sent, dict) and isinstance(live, dict | None):
        return all(sticks(value, (live or {}).get(key)) for key, value in sent.items())
    if isinstance(sent, list) and isinstance(live, list):
        return _lists(sent, live, unordered=shape is Shape.UNORDERED)
    return _scalars(sent, live, shape)


def _lists(sent: list[Any], live: list[Any], *, unordered: bool) -> bool:
    if unordered:
        sent, live = sorted(sent, key=str), sorted(live, key=str)
    return len(sent) == len(live) and all(map(sticks, sent, live))


def _scalars(sent: Any, live: Any, shape: Shape) -> bool:
    if sent == live:
        return True
    if not (isinstance(sent, str) or isinstance(live, str)):
        return False
    left, right = str(sent), str(live)
    if shape is Shape.RESOURCE_NAME:
        return left.rpartition("/")[2] == right.rpartition("/")[2]
    if shape is Shape.VERSIONED_NAME:
        return (
            left == "default" or left.partition("/versions/")[0] == right.partition("/versions/")[0]
        )
    if shape is Shape.TIMESTAMP:
        return _moment(left) == _moment(right)
    if shape is Shape.DURATION:
        return _seconds(left) == _seconds(right)
    return left == right  # an int64 comes back as a decimal string


def _moment(text: str) -> datetime | str:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return text


def _seconds(text: str) -> float | str:
    try:
        return float(text.removesuffix("s"))
    except ValueError:
        return text
