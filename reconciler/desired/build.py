"""Manifests to the desired state: edges, ids and bodies, from the manifests alone (no I/O)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from reconciler.desired import checks
from reconciler.desired.body import body
from reconciler.desired.catalog import make_catalog
from reconciler.desired.digests import digests, lacks_digest, needed
from reconciler.desired.identity import by_content, identify
from reconciler.desired.references import links, problems
from reconciler.desired.resource import DesiredState, Resource
from reconciler.graph import Graph
from reconciler.kinds.registry import all_kinds

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from reconciler.desired.catalog import Catalog
    from reconciler.desired.identity import Identity
    from reconciler.desired.references import Link
    from reconciler.diagnostic import Diagnostic, SourceLocation
    from reconciler.kinds.kind import Kind
    from reconciler.manifest.manifest import Manifest
    from reconciler.ref import ResourceRef


@dataclass(frozen=True, slots=True)
class _Wired:
    """Manifests with everything that the names in them mean."""

    account: str
    catalog: Catalog
    links: Mapping[ResourceRef, tuple[Link, ...]]
    identities: Mapping[ResourceRef, Identity]
    graph: Graph[ResourceRef]


def build_desired(
    manifests: Sequence[Manifest],
    account: str,
    *,
    kinds: Mapping[str, Kind] | None = None,
    broken: frozenset[ResourceRef] = frozenset(),
) -> DesiredState:
    """What the project wants, as one value; problems stand in its ``diagnostics``.

    ``account`` is the account's id, "-" when none is known (offline). ``broken`` are resources
    whose manifests had errors: references to them are no mistake of their own. What has an error
    here may be missing in ``resources``.
    """
    catalog = make_catalog(manifests, all_kinds() if kinds is None else kinds, broken)
    found = list(checks.duplicates(manifests))
    wired, wiring = _wire(catalog, account)
    found.extend(wiring)
    found.extend(checks.collisions(wired.identities, catalog))
    resources = {ref: _resource(ref, wired) for ref in wired.identities}
    return DesiredState(
        account,
        resources,
        Graph({ref: resource.depends_on for ref, resource in resources.items()}),
        _external(wired),
        tuple(sorted(found, key=lambda d: d.sort_key)),
    )


def unhashed(
    manifests: Sequence[Manifest], account: str, *, kinds: Mapping[str, Kind] | None = None
) -> frozenset[ResourceRef]:
    """The resources that bring a file whose sha256 is not known though an id follows it.

    Whoever can read files fills them in before ``build_desired``, which only reports them.
    """
    if not any(map(by_content, manifests)) or not any(map(lacks_digest, manifests)):
        return frozenset()
    catalog = make_catalog(manifests, all_kinds() if kinds is None else kinds)
    first = _first_links(catalog, account)
    graph, _ = checks.break_cycles(_edges(catalog, first), catalog)
    wanted = needed(graph.order(), first, catalog)
    return frozenset(ref for ref in wanted if lacks_digest(catalog.manifests[ref]))


def _wire(catalog: Catalog, account: str) -> tuple[_Wired, list[Diagnostic]]:
    """References, digests and ids. Full names of resources whose id follows their content can
    only be recognised once those ids are known, so names are looked up twice."""
    first = _first_links(catalog, account)
    graph, found = checks.break_cycles(_edges(catalog, first), catalog)
    contents, unknown = digests(graph.order(), first, catalog)
    identities = _identities(catalog, account, graph, contents)
    names, final = _names(identities), first
    if _meant(first, names):
        final = _links(catalog, names)
        graph, cycles = checks.break_cycles(_edges(catalog, final), catalog)
        found = found or cycles
    wired = _Wired(account, catalog, final, identities, graph)
    bad = [said for ref in final for said in problems(catalog.manifests[ref], final[ref], catalog)]
    return wired, [*bad, *unknown, *found, *_bad_ids(wired)]


def _meant(found: Mapping[ResourceRef, tuple[Link, ...]], names: Mapping[str, ResourceRef]) -> bool:
    """Whether a full name taken for one outside the project is one of its own."""
    return any(link.target is None and link.value in names for m in found.values() for link in m)


def _first_links(catalog: Catalog, account: str) -> dict[ResourceRef, tuple[Link, ...]]:
    """The references as far as names are known before any content is."""
    exact = {ref: m for ref, m in catalog.manifests.items() if not by_content(m)}
    plain = {ref: identify(m, catalog, account, None) for ref, m in exact.items()}
    return _links(catalog, _names(plain))


def _links(
    catalog: Catalog, names: Mapping[str, ResourceRef]
) -> dict[ResourceRef, tuple[Link, ...]]:
    return {ref: links(m, catalog, names) for ref, m in catalog.manifests.items()}


def _edges(
    catalog: Catalog, found: Mapping[ResourceRef, tuple[Link, ...]]
) -> dict[ResourceRef, tuple[ResourceRef, ...]]:
    """Each resource with what it refers to; a described output model with the job that makes it."""
    edges = {}
    for ref in catalog.manifests:
        targets = {link.target for link in found[ref]} | {catalog.made_by(ref)}
        known = (target for target in targets if target in catalog.manifests and target != ref)
        edges[ref] = tuple(sorted(target for target in known if target is not None))
    return edges


def _identities(
    catalog: Catalog,
    account: str,
    graph: Graph[ResourceRef],
    contents: Mapping[ResourceRef, str],
) -> dict[ResourceRef, Identity]:
    """Ids in the order of the files; none for what is in a cycle or lacks a digest."""
    found: dict[ResourceRef, Identity] = {}
    for ref in graph.order():
        manifest, maker = catalog.manifests[ref], catalog.made_by(ref)
        if by_content(manifest) and ref not in contents:
            continue
        content = contents.get(ref) if by_content(manifest) else None
        made = identify(manifest, catalog, account, content)
        if maker in found and found[maker].output_model is not None:
            made = type(made)(found[maker].output_model or made.name)
        found[ref] = made
    return {ref: found[ref] for ref in catalog.manifests if ref in found}


def _names(identities: Mapping[ResourceRef, Identity]) -> dict[str, ResourceRef]:
    """Full names to refs; a manifest for an output model comes before the job that makes it."""
    names = {i.output_model: ref for ref, i in identities.items() if i.output_model}
    return names | {identity.name: ref for ref, identity in identities.items()}


def _bad_ids(wired: _Wired) -> list[Diagnostic]:
    catalog = wired.catalog
    return [
        said
        for ref, identity in wired.identities.items()
        if catalog.made_by(ref) is None
        for said in checks.bad_ids(identity, catalog.manifests[ref], catalog.kind(ref).output_model)
    ]


def _resource(ref: ResourceRef, wired: _Wired) -> Resource:
    manifest, identity = wired.catalog.manifests[ref], wired.identities[ref]
    return Resource(
        ref,
        identity.name,
        body(manifest, identity, wired.links[ref], wired.identities, wired.catalog, wired.account),
        manifest,
        tuple(t for t in wired.graph.edges.get(ref, ()) if t in wired.identities),
        identity.output_model,
    )


def _external(wired: _Wired) -> dict[str, tuple[SourceLocation, ...]]:
    """Full names outside the project with the places that mention them, sorted by name."""
    found: dict[str, list[SourceLocation]] = {}
    for ref, mentioned in wired.links.items():
        manifest = wired.catalog.manifests[ref]
        for link in mentioned if not manifest.absent else ():
            if link.external:
                name = _full(link, wired.account)
                found.setdefault(name, []).append(manifest.locate(("spec", *link.place)))
    return {name: tuple(found[name]) for name in sorted(found)}


def _full(link: Link, account: str) -> str:
    if "/" in link.value:
        return link.value
    return f"accounts/{account}/{link.reference.collection}/{link.value}"
