"""What shows only when all manifests are seen together: duplicates, cycles, taken names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.desired.identity import ID, ID_LIMIT
from reconciler.diagnostic import Diagnostic, Severity
from reconciler.graph import Graph

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from reconciler.desired.catalog import Catalog
    from reconciler.desired.identity import Identity
    from reconciler.manifest.manifest import Manifest
    from reconciler.ref import ResourceRef


def duplicates(
    manifests: Sequence[Manifest], damaged: Sequence[Manifest] = ()
) -> Iterator[Diagnostic]:
    """Two documents of one kind and name; also a declaration and a tombstone."""
    first: dict[ResourceRef, Manifest] = {}
    everything: Iterable[Manifest] = manifests
    if damaged:
        everything = sorted((*manifests, *damaged), key=lambda manifest: manifest.location)
    for manifest in everything:
        other = first.setdefault(manifest.ref, manifest)
        if other is manifest:
            continue
        yield _error("duplicate-resource", _second(manifest, other), manifest, ("metadata", "name"))


def _second(manifest: Manifest, other: Manifest) -> str:
    if manifest.absent == other.absent:
        return f"metadata.name: declared a second time; the first is {other.location}"
    here, there = ("absent", "declared") if manifest.absent else ("declared", "absent")
    return f"metadata.name: {here} here, but {there} in {other.location}"


def break_cycles(
    edges: Mapping[ResourceRef, tuple[ResourceRef, ...]], catalog: Catalog
) -> tuple[Graph[ResourceRef], tuple[Diagnostic, ...]]:
    """The graph without the nodes of its cycles, and each cycle with its path."""
    rest, problems = dict(edges), []
    while cycle := Graph(rest).cycle():
        path = " -> ".join(map(str, cycle))
        manifest = catalog.manifests[cycle[0]]
        problems.append(_error("cycle", f"depends on itself: {path}", manifest, ("spec",)))
        rest = {
            node: tuple(t for t in targets if t not in cycle)
            for node, targets in rest.items()
            if node not in cycle
        }
    return Graph(rest), tuple(problems)


def bad_ids(
    identity: Identity, manifest: Manifest, output_field: str | None
) -> Iterator[Diagnostic]:
    """Ids that the platform would refuse; those of resources that exist already are not ours."""
    if identity.name and not ID.fullmatch(identity.id):
        yield _error(
            "bad-id", f"metadata.name: {_why(identity.id)}", manifest, ("metadata", "name")
        )
    model = (identity.output_model or "").rpartition("/")[2]
    if output_field and output_field in manifest.spec and not ID.fullmatch(model):
        place = ("spec", *output_field.split("."))
        yield _error("bad-id", f"spec.{output_field}: {_why(model)}", manifest, place)


def _why(resource_id: str) -> str:
    if len(resource_id) > ID_LIMIT:
        size = len(resource_id)
        return f'the id "{resource_id[:120]}" has {size} characters, at most {ID_LIMIT} are allowed'
    rule = "expected a-z, 0-9 and -, starting with a letter, not ending with a hyphen"
    return f'"{resource_id[:120]}" is not an id: {rule}'


def collisions(
    identities: Mapping[ResourceRef, Identity], catalog: Catalog
) -> Iterator[Diagnostic]:
    """Two resources that would have one name in the account, a job's output model included."""
    owners: dict[str, ResourceRef] = {}
    named = [ref for ref in _declared(identities, catalog) if identities[ref].name]
    for ref in named:
        other = owners.setdefault(identities[ref].name, ref)
        if other != ref:
            yield _taken(ref, other, identities[ref].name, catalog)
    makers: dict[str, ResourceRef] = {}
    for ref in _declared(identities, catalog):
        model = identities[ref].output_model
        if model is not None:
            yield from _output_taken(ref, model, owners.get(model), makers, catalog)


def _output_taken(
    ref: ResourceRef,
    model: str,
    owner: ResourceRef | None,
    makers: dict[str, ResourceRef],
    catalog: Catalog,
) -> Iterator[Diagnostic]:
    other = makers.setdefault(model, ref)
    if other != ref:
        yield _taken(ref, other, model, catalog, catalog.kind(ref).output_model)
    if owner is None:
        return
    declared = catalog.manifests[owner]
    if declared.files is not None or declared.absent:
        yield _taken(ref, owner, model, catalog, catalog.kind(ref).output_model)


def _declared(refs: Iterable[ResourceRef], catalog: Catalog) -> list[ResourceRef]:
    """Those that should exist, and tombstones, which own a name too; jobs to be gone make none."""
    return [
        ref for ref in refs if not (catalog.manifests[ref].absent and catalog.kind(ref).runs_once)
    ]


def _taken(
    ref: ResourceRef, other: ResourceRef, name: str, catalog: Catalog, field: str | None = None
) -> Diagnostic:
    """``field`` is the one that names an output model; None: the resource's own name."""
    declared = catalog.manifests[other]
    path = ("spec", *field.split(".")) if field else ("metadata", "name")
    shown = f"spec.{field}" if field else "metadata.name"
    verb = "declares absent" if declared.absent else "has already"
    return _error(
        "duplicate-name",
        f"{shown}: {name} is the name that {other} ({declared.location}) {verb}",
        catalog.manifests[ref],
        path,
    )


def _error(code: str, message: str, manifest: Manifest, path: tuple[str | int, ...]) -> Diagnostic:
    return Diagnostic(Severity.ERROR, code, message, manifest.locate(path), manifest.ref)
