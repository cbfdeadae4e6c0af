"""What of a live resource a manifest may say: settable fields with a value, in schema order."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from reconciler.desired.rules import rule_index
from reconciler.diff.same import is_zero
from reconciler.kinds.field_rule import FieldClass, Shape

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reconciler.desired.rules import RuleIndex
    from reconciler.kinds.kind import Kind
    from reconciler.manifest.schema_place import Place

SOURCE = "source"

_NOT_TOLD = frozenset({FieldClass.COMPUTED, FieldClass.WRITE_ONLY, FieldClass.CREATE_ONLY})
"""Not ours to set, a secret, or a parameter of the create call: no answer can give it back."""


@dataclass(frozen=True, slots=True)
class Settable:
    """``spec`` without what says nothing; ``markers`` are objects without fields that are there:
    that they are there is all that they say. ``secrets`` are the paths of secrets that are set."""

    spec: Mapping[str, Any]
    markers: Mapping[str, Any]
    secrets: tuple[str, ...]


def settable(body: Mapping[str, Any], kind: Kind, root: Place) -> Settable:
    """The part of an answer that a manifest of the kind may set; ``root`` is its schema.

    Zero values say nothing (proto3 scalars without presence), so they are left out.
    """
    rules = rule_index(kind)
    spec = _fields(body, root, "", rules)
    spec.pop(SOURCE, None)
    markers: dict[str, Any] = {
        name: {}
        for name in root.names
        if isinstance(body.get(name), Mapping) and _is_marker(root.child(name))
    }
    return Settable(spec, markers, tuple(_secrets(body, kind)))


def _fields(have: Mapping[str, Any], place: Place, path: str, rules: RuleIndex) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name in place.names or have:  # a map that names no fields takes any
        below = f"{path}.{name}" if path else name
        rule = rules.rule(below)
        if name not in have or (rule is not None and rule.field_class in _NOT_TOLD):
            continue
        value = _value(have[name], place.child(name), below, rules)
        if not is_zero(value):
            found[name] = value
    return found


def _value(have: Any, place: Place, path: str, rules: RuleIndex) -> Any:
    if isinstance(have, Mapping):
        return _fields(have, place, path, rules)
    if isinstance(have, list):
        return [_value(item, place.child(0), f"{path}[]", rules) for item in have]
    rule = rules.rule(path)
    if isinstance(have, str) and rule is not None and rule.shape is Shape.VERSIONED_NAME:
        return have.partition("/versions/")[0]
    return _scalar(have, place.types or frozenset())


def _scalar(have: Any, types: frozenset[str]) -> Any:
    """int64 comes as decimal text; a float of 32 bits with digits that nobody wrote."""
    if isinstance(have, str) and "integer" in types and "string" not in types:
        return int(have) if have.removeprefix("-").isdecimal() and len(have) < 20 else have
    return _shortest(have) if isinstance(have, float) else have


def _shortest(number: float) -> float:
    """``0.0001`` for ``9.999999747378752e-05``: equal to it as the float32 that it was."""
    if number != _float32(number):
        return number
    tries = (float(f"{number:.{digits}g}") for digits in range(1, 9))
    return next((short for short in tries if _float32(short) == number), number)


def _float32(number: float) -> float:
    try:
        return float(struct.unpack("f", struct.pack("f", number))[0])
    except OverflowError:
        return float("nan")


def _is_marker(place: Place) -> bool:
    return "object" in (place.types or ()) and not place.names and place.closed


def _secrets(body: Mapping[str, Any], kind: Kind) -> Iterator[str]:
    for path in kind.secrets:
        value: Any = body
        for step in path.replace("[]", "").split("."):
            value = value.get(step) if isinstance(value, Mapping) else None
        if not is_zero(value):
            yield path.removesuffix("[]")
