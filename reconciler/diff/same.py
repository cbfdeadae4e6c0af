"""Whether a desired and a live value say the same, whatever the server made of its spelling."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from reconciler.canonical import canonical_json
from reconciler.kinds.field_rule import FieldClass, Shape

if TYPE_CHECKING:
    from collections.abc import Callable

    from reconciler.desired.rules import RuleIndex

SKIPPED = frozenset({FieldClass.WRITE_ONLY, FieldClass.CREATE_ONLY, FieldClass.COMPUTED})
"""Never compared: not returned, a secret, counting at creation only, or not ours to set."""

SERVERS_CHOICE = "default"
"""Create-deployment docs: instead of a shape's name, the server picks one."""


def same(want: Any, have: Any, path: str, rules: RuleIndex) -> bool:
    """Whether ``have`` satisfies ``want``, the value at the dotted ``path`` below spec.

    Only what ``want`` sets is looked at. The server's zero values mean *unset* (fact: proto3
    scalars without presence look alike), so a wished zero equals an absent field.
    """
    if want == have:
        return True
    rule = rules.rule(path)
    if rule is not None and rule.field_class in SKIPPED:
        return True
    if is_zero(want) and is_zero(have):
        return True
    if isinstance(want, Mapping):
        return (isinstance(have, Mapping) or is_zero(have)) and _same_members(
            want, have or {}, path, rules
        )
    shape = rule.shape if rule is not None else Shape.PLAIN
    if isinstance(want, (list, tuple)):
        return isinstance(have, (list, tuple)) and _same_items(want, have, path, rules, shape)
    return _SHAPES.get(shape, _plain)(want, have)


def is_zero(value: Any) -> bool:
    """Whether an answer with this value says nothing: proto3's defaults and unspecified enums."""
    if isinstance(value, str):
        return not value or value.endswith("_UNSPECIFIED")
    return not value


def _same_members(
    want: Mapping[str, Any], have: Mapping[str, Any], path: str, rules: RuleIndex
) -> bool:
    return all(same(item, have.get(key), f"{path}.{key}", rules) for key, item in want.items())


def _same_items(want: Any, have: Any, path: str, rules: RuleIndex, shape: Shape) -> bool:
    if len(want) != len(have):
        return False
    if shape is Shape.UNORDERED:
        want, have = sorted(want, key=canonical_json), sorted(have, key=canonical_json)
    return all(same(a, b, f"{path}[]", rules) for a, b in zip(want, have, strict=True))


def _plain(want: Any, have: Any) -> bool:
    """Floats as the float32 that many proto fields are; whole numbers also as decimal text."""
    if isinstance(want, bool) or isinstance(have, bool):
        return want is have
    if isinstance(want, (int, float)) and isinstance(have, (int, float)):
        return _float32(want) == _float32(have) and isinstance(want, float)
    return _int64(want, have)


def _float32(value: float) -> float:
    try:
        return float(struct.unpack("<f", struct.pack("<f", value))[0])
    except (OverflowError, struct.error):  # beyond a float32, beyond any float: as it is
        return value


def _int64(want: Any, have: Any) -> bool:
    """int64 travels as a decimal string in answers, as either in requests (protobuf JSON)."""
    numbers = [_integer(want), _integer(have)]
    return None not in numbers and numbers[0] == numbers[1] and type(want) is not type(have)


def _integer(value: Any) -> int | None:
    if value is None or value == "":
        return 0
    if isinstance(value, str):
        return int(value) if value.removeprefix("-").isdecimal() and len(value) <= 20 else None
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _name(want: Any, have: Any) -> bool:
    """Short and full names are equal (reference fields may come back either way)."""
    if not (isinstance(want, str) and isinstance(have, str)):
        return False
    return ("/" in want) != ("/" in have) and want.rpartition("/")[2] == have.rpartition("/")[2]


def _versioned(want: Any, have: Any) -> bool:
    """A version that the server added to a name without one makes no difference; ``default``
    leaves the choice to the server."""
    if not (isinstance(want, str) and isinstance(have, str)):
        return False
    if want == SERVERS_CHOICE:
        return bool(have)
    if "/versions/" not in want:
        have = have.partition("/versions/")[0]
    return want == have or _name(want, have)


def _duration(want: Any, have: Any) -> bool:
    """``600s`` equals ``600.000s``; units other than seconds do not exist in protobuf JSON."""
    try:
        return _seconds(want) == _seconds(have)
    except (InvalidOperation, AttributeError):
        return False


def _timestamp(want: Any, have: Any) -> bool:
    """The same moment: answers may add a fraction or another offset."""
    try:
        return datetime.fromisoformat(want) == datetime.fromisoformat(have)
    except (TypeError, ValueError):
        return False


def _seconds(value: Any) -> Decimal:
    return Decimal(value.removesuffix("s"))


_SHAPES: dict[Shape, Callable[[Any, Any], bool]] = {
    Shape.INT64: _int64,
    Shape.RESOURCE_NAME: _name,
    Shape.VERSIONED_NAME: _versioned,
    Shape.DURATION: _duration,
    Shape.TIMESTAMP: _timestamp,
}
