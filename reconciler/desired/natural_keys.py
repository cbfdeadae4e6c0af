"""Resources that the server names: each is known by values of its spec, which two may not share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.diagnostic import Diagnostic, Severity
from reconciler.kinds.identity import NaturalKey

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from reconciler.desired.resource import Resource
    from reconciler.kinds.kind import Kind

Key = tuple[str, ...]


def natural_keys(resources: Iterable[Resource], kinds: Mapping[str, Kind]) -> Iterator[Diagnostic]:
    """What is wrong with the keys: a tombstone without one, and one that two resources share.

    Names in a spec are full by now, so equal keys are equal texts.
    """
    owners: dict[tuple[str, Key], Resource] = {}
    for resource in resources:
        identity = kinds[resource.ref.kind].identity
        if not isinstance(identity, NaturalKey):
            continue
        missing = [path for path in identity.paths if not resource.spec.get(path)]
        if missing:
            yield from _keyless(resource, missing)
            continue
        key = tuple(str(resource.spec[path]) for path in identity.paths)
        owner = owners.setdefault((resource.ref.kind, key), resource)
        if owner is not resource:
            yield _shared(resource, owner, identity.paths)


def _keyless(resource: Resource, missing: list[str]) -> Iterator[Diagnostic]:
    """The schema demands them of what should be there; of a tombstone only this does."""
    if resource.absent:
        names = " and ".join(missing)
        message = f"spec.{missing[0]} is missing: only {names} would say which one is to go"
        hint = f"add {names} to the tombstone's spec"
        yield _error(resource, "missing-field", message, ("metadata", "state"), hint)


def _shared(resource: Resource, owner: Resource, paths: tuple[str, ...]) -> Diagnostic:
    verb = "declared absent" if owner.absent else "declared"
    message = (
        f"spec.{paths[0]}: {owner.ref}, {verb} at {owner.location}, has the same"
        f" {' and '.join(paths)}"
    )
    return _error(resource, "duplicate-name", message, ("spec", paths[0]))


def _error(
    resource: Resource, code: str, message: str, place: tuple[str, ...], hint: str | None = None
) -> Diagnostic:
    where = resource.manifest.locate(place)
    return Diagnostic(Severity.ERROR, code, message, where, resource.ref, hint)
