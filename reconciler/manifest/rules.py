"""What no schema can say: ids, lifecycle, the kind's own check."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from reconciler.manifest.finding import Finding, from_problem
from reconciler.manifest.quoting import quoted
from reconciler.manifest.suggest import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from reconciler.kinds.kind import Kind
    from reconciler.kinds.source_facts import SourceFacts
    from reconciler.manifest.schema_set import SchemaSet


def check_metadata(
    metadata: Mapping[str, Any], kind: Kind, schemas: SchemaSet
) -> Iterator[Finding]:
    """``metadata`` that its schema allows, against what the kind allows."""
    hashed = metadata.get("idStrategy") == "contentHash"
    lifecycle = metadata.get("lifecycle", {})
    if hashed and not kind.content_hash:
        path = ("metadata", "idStrategy")
        yield Finding(path, f"contentHash is not possible for a {kind.name}", "invalid-value")
    yield from _check_lifecycle(lifecycle, kind, hashed)
    yield from _check_ignored(lifecycle.get("ignoreChanges", ()), kind, schemas)


def _check_lifecycle(lifecycle: Mapping[str, Any], kind: Kind, hashed: bool) -> Iterator[Finding]:
    if "attempt" in lifecycle and not kind.runs_once:
        path = ("metadata", "lifecycle", "attempt")
        yield Finding(path, f"a {kind.name} is not a job", "invalid-value", on_key=True)
    if "keepLatest" in lifecycle and not hashed:
        path = ("metadata", "lifecycle", "keepLatest")
        message = "works with idStrategy: contentHash only"
        yield Finding(path, message, "invalid-value", on_key=True)


def _check_ignored(names: list[str], kind: Kind, schemas: SchemaSet) -> Iterator[Finding]:
    for number, name in enumerate(names):
        if name in schemas.place(kind.name).fields:
            continue
        *parents, last = name.split(".")
        place = schemas.place(kind.name)
        for step in parents:
            place = place.child(step)
        if last not in place.fields:
            path = ("metadata", "lifecycle", "ignoreChanges", number)
            message = f"{kind.name} has no field {quoted(name)}"
            yield Finding(path, message, "unknown-field", did_you_mean(last, place.fields))


def check_hashed(
    metadata: Mapping[str, Any], spec: Mapping[str, Any], kind: Kind
) -> Iterator[Finding]:
    """An id by content needs the content: a model made elsewhere has an id already."""
    elsewhere = kind.content is not None and kind.content.needs_source and "source" not in spec
    if metadata.get("idStrategy") == "contentHash" and elsewhere and spec:
        message = f"contentHash needs spec.source: a {kind.name} without it is made elsewhere"
        yield Finding(("metadata", "idStrategy"), message, "invalid-value")


def check_kind(spec: Mapping[str, Any], kind: Kind, facts: SourceFacts | None) -> list[Finding]:
    """The kind's own check of a spec that its schema allows, ``source`` included."""
    return [from_problem(problem) for problem in kind.check(spec, facts)]


UNSET = "secret-unset"
"""The code of a warning: a manifest names a variable that is not set."""


def secret_names(spec: Mapping[str, Any], kind: Kind) -> Iterator[tuple[tuple[str, ...], str]]:
    """Each secret field of the spec and the environment variable it names."""
    for dotted in kind.secrets:
        path = _keys(dotted)
        node: Any = spec
        for step in path:
            node = node.get(step) if isinstance(node, dict) else None
        for holder in node if isinstance(node, list) else [node]:
            if isinstance(holder, dict) and isinstance(holder.get("env"), str):
                yield ("spec", *path), holder["env"]


@cache
def _keys(dotted: str) -> tuple[str, ...]:
    return tuple(dotted.replace("[]", "").split("."))
