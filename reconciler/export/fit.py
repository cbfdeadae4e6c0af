"""Fits a spec to what manifests may hold: a field that they would refuse is left out, and named."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reconciler.desired.fields import dotted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from reconciler.kinds.kind import Kind
    from reconciler.manifest.schema_set import SchemaSet

Spec = dict[str, Any]
Place = tuple[str | int, ...]
Objection = tuple[Place, str]
"""Where below spec something cannot stay, and why in words."""

_SHOWN = 200


class Unfit(Exception):
    """Nothing is left to leave out: no manifest can say what the resource is."""


def fitted(
    spec: Spec, objections: Callable[[Spec], Iterator[Objection]]
) -> tuple[Spec, list[Objection]]:
    """The spec without what it may not hold, and what that was. Raises Unfit."""
    left_out: list[Objection] = []
    while (objection := next(objections(spec), None)) is not None:
        place, why = objection
        at = _cut(place)
        if not at:
            raise Unfit(why)
        spec = _without(spec, at)
        left_out.append((at, why))
    return spec, left_out


def objections_of(kind: Kind, schemas: SchemaSet) -> Callable[[Spec], Iterator[Objection]]:
    """What the schema, the kind's own check and the search for secrets say of a spec."""

    def objections(spec: Spec) -> Iterator[Objection]:
        yield from _secrets(spec, ())
        yield from _schema(spec, kind, schemas)
        yield from _check(spec, kind)

    return objections


def _schema(spec: Spec, kind: Kind, schemas: SchemaSet) -> Iterator[Objection]:
    if schemas.flawless(kind.name)(spec):
        return
    for error in schemas.errors(kind.name, spec):
        place = tuple(error.absolute_path)
        if error.validator == "required":
            missing = [name for name in error.validator_value if name not in error.instance]
            yield place, f"{missing[0]} is missing"
        else:
            yield (
                place,
                f"does not match its schema ({error.validator} {error.validator_value!s:.80})",
            )


def _check(spec: Spec, kind: Kind) -> Iterator[Objection]:
    for problem in kind.check(spec, None):
        if not problem.warning:
            yield problem.path[1:], problem.message


def _secrets(value: Any, place: Place) -> Iterator[Objection]:
    """No credential ever stands in a manifest, whoever put it into a description."""
    from reconciler.manifest.secrets import find_secrets

    if isinstance(value, str):
        for _, what in find_secrets(value):
            yield place, f"this looks like {what}"
    children: Any = value.items() if isinstance(value, dict) else ()
    if isinstance(value, list):
        children = enumerate(value)
    for step, child in children:
        yield from _secrets(child, (*place, step))


def _cut(place: Place) -> tuple[str, ...]:
    """The nearest field: one item of a list is not left out alone."""
    names: list[str] = []
    for step in place:
        if not isinstance(step, str):
            break
        names.append(step)
    return tuple(names)


def _without(spec: Mapping[str, Any], place: tuple[str, ...]) -> Spec:
    first, *rest = place
    if not rest:
        return {key: value for key, value in spec.items() if key != first}
    return {**spec, first: _without(spec[first], tuple(rest))}


def in_words(objection: Objection) -> str:
    place, why = objection
    return f"spec.{dotted(place)}: {why}"[:_SHOWN]
