"""Why a change may not be made as asked, and the ways out (contract 4.3)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from reconciler.desired.fields import dotted, find
from reconciler.diagnostic import Diagnostic, Severity
from reconciler.manifest.manifest import IdStrategy

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from reconciler.desired.fields import Place
    from reconciler.desired.resource import Resource
    from reconciler.diff.compare import Difference
    from reconciler.diff.look import Look
    from reconciler.kinds.kind import Kind, Reference
    from reconciler.live.state import LiveResource

IMMUTABLE_CHANGED = "immutable-changed"
"""The reason's code of an update that is refused: it wants what the API cannot do in place. It is
no replace, for nobody asked for one (contract 4.1)."""
SHOWN = 120
"""At most so many characters of a user's value (contract 7)."""


def immutable(
    resource: Resource, kind: Kind, changed: Sequence[Difference]
) -> tuple[Diagnostic, ...]:
    """One refusal for each field that cannot be changed in place; the last bears the ways out."""
    last = len(changed) - 1
    return tuple(
        refusal(
            resource,
            "immutable-field",
            f"spec.{d.change.path}: {d.change.reason}; live is {shown(d.change.before)},"
            f" the manifest says {shown(d.change.after)}",
            _place(d.change.path),
            ways_out(resource, kind) if index == last else None,
        )
        for index, d in enumerate(changed)
    )


def ways_out(resource: Resource, kind: Kind) -> str:
    """What a user can do about a changed immutable field."""
    ways = []
    if kind.content_hash and resource.manifest.id_strategy is IdStrategy.EXACT:
        ways.append("metadata.idStrategy: contentHash (a new id whenever it changes)")
    ways += ["a new metadata.name", again(resource, kind)]
    return ", or ".join(ways)


def attempt(resource: Resource) -> str:
    """The one way to run an unchanged job again."""
    number = resource.manifest.lifecycle.attempt + 1
    return f"metadata.lifecycle.attempt: {number} (runs it again, as a new job)"


def again(resource: Resource, kind: Kind) -> str:
    """The way to make what has failed once more."""
    if kind.runs_once:
        return attempt(resource)
    return f"--replace {resource.ref} (deletes and recreates it)"


def refusal(
    resource: Resource,
    code: str,
    message: str,
    place: tuple[str | int, ...] = ("metadata", "name"),
    hint: str | None = None,
    severity: Severity = Severity.ERROR,
) -> Diagnostic:
    where = resource.manifest.locate(place)
    return Diagnostic(severity, code, message, where, resource.ref, hint)


def missing_references(resource: Resource, look: Look) -> Iterator[Diagnostic]:
    """Names outside the project that the platform does not know, or knows in a state in which
    they cannot be used (contract 1.2)."""
    external = look.live.external
    for reference in look.kind(resource).references if external else ():
        for place, value in find(resource.spec, reference.path):
            if isinstance(value, str) and value in external:
                yield from _unusable(resource, reference, place, (value, external[value]))


def _unusable(
    resource: Resource, reference: Reference, place: Place, found: tuple[str, LiveResource | None]
) -> Iterator[Diagnostic]:
    (value, live), where, field = found, ("spec", *place), f"spec.{dotted(place)}"
    if live is None:
        said = f"{field}: {shown(value)} does not exist or cannot be read"
        yield refusal(resource, "reference-not-found", said, where)
    elif reference.usable and live.state not in reference.usable:
        wanted = " or ".join(reference.usable)
        said = f"{field}: {live.name} is {live.state or 'in no state'}, expected {wanted}"
        hint = f"plan again when it is {wanted}"
        yield refusal(resource, "reference-not-ready", said, where, hint)


def shown(value: Any) -> str:
    """A value as the user wrote it, shortened."""
    if value is None:
        return "unset"
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= SHOWN else f"{text[: SHOWN - 1]}…"


def _place(path: str) -> tuple[str | int, ...]:
    parts: list[str | int] = ["spec"]
    for name in path.split("."):
        bare, *indexes = name.replace("]", "").split("[")
        parts.extend([bare, *map(int, indexes)])
    return tuple(parts)
