"""Manifests wired: what every name in them means, which id each gets, and what is wrong with it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from reconciler.desired import checks
from reconciler.desired.digests import digests
from reconciler.desired.identity import Identity, by_content, identify
from reconciler.desired.references import links, problems

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from reconciler.desired.catalog import Catalog
    from reconciler.desired.references import Link
    from reconciler.diagnostic import Diagnostic
    from reconciler.graph import Graph
    from reconciler.manifest.manifest import Manifest
    from reconciler.ref import ResourceRef


@dataclass(frozen=True, slots=True)
class Wired:
    """Manifests with everything that the names in them mean."""

    account: str
    catalog: Catalog
    links: Mapping[ResourceRef, tuple[Link, ...]]
    identities: Mapping[ResourceRef, Identity]
    graph: Graph[ResourceRef]


def wire(catalog: Catalog, account: str) -> tuple[Wired, list[Diagnostic]]:
    """References, digests and ids. Full names of resources whose id follows their content can
    only be recognised once those ids are known, so names are looked up twice."""
    plain = _plain_identities(catalog, account)
    first = _links(catalog, _names(plain))
    graph, found = checks.break_cycles(edges(catalog, first), catalog)
    order = graph.order()
    contents, unknown = digests(order, first, catalog)
    identities = _identities(catalog, account, order, contents, plain)
    names, final = _names(identities), first
    if _meant(first, names):
        final = _links(catalog, names)
        graph, cycles = checks.break_cycles(edges(catalog, final), catalog)
        found = found or cycles
    wired = Wired(account, catalog, final, identities, graph)
    bad = [said for ref in final for said in problems(catalog.manifests[ref], final[ref], catalog)]
    return wired, [*bad, *unknown, *found, *_bad_ids(wired)]


def wiring_of(damaged: Sequence[Manifest], wired: Wired) -> Iterator[Diagnostic]:
    """What is wrong with the references of manifests that have other errors too, and the cycles
    that close through them."""
    catalog = wired.catalog
    kept = {manifest.ref: manifest for manifest in damaged} | {
        ref: catalog.manifests[ref] for ref in wired.graph.edges
    }
    whole = replace(catalog, manifests=kept)
    found = _links(whole, _names(wired.identities))
    for manifest in damaged:
        if kept[manifest.ref] is manifest:
            yield from problems(manifest, found[manifest.ref], catalog)
    yield from checks.break_cycles(edges(whole, found), whole)[1]


def _meant(found: Mapping[ResourceRef, tuple[Link, ...]], names: Mapping[str, ResourceRef]) -> bool:
    """Whether a full name taken for one outside the project is one of its own."""
    return any(link.target is None and link.value in names for m in found.values() for link in m)


def first_links(catalog: Catalog, account: str) -> dict[ResourceRef, tuple[Link, ...]]:
    """The references as far as names are known before any content is."""
    return _links(catalog, _names(_plain_identities(catalog, account)))


def _plain_identities(catalog: Catalog, account: str) -> dict[ResourceRef, Identity]:
    """Of all whose id does not follow their content."""
    exact = ((ref, m) for ref, m in catalog.manifests.items() if not by_content(m))
    return {ref: identify(m, catalog, account, None) for ref, m in exact}


def _links(
    catalog: Catalog, names: Mapping[str, ResourceRef]
) -> dict[ResourceRef, tuple[Link, ...]]:
    return {ref: links(m, catalog, names) for ref, m in catalog.manifests.items()}


def edges(
    catalog: Catalog, found: Mapping[ResourceRef, tuple[Link, ...]]
) -> dict[ResourceRef, tuple[ResourceRef, ...]]:
    """Each resource with what it refers to; a described output model with the job that makes it."""
    edges = {}
    for ref in catalog.manifests:
        targets = {link.target for link in found[ref]}
        targets.add(catalog.made_by(ref))
        known = [t for t in targets if t is not None and t != ref and t in catalog.manifests]
        edges[ref] = tuple(sorted(known)) if len(known) > 1 else tuple(known)
    return edges


def _identities(
    catalog: Catalog,
    account: str,
    order: Iterable[ResourceRef],
    contents: Mapping[ResourceRef, str],
    plain: Mapping[ResourceRef, Identity],
) -> dict[ResourceRef, Identity]:
    """Ids in the order of the files; none for what is in a cycle or lacks a digest."""
    found: dict[ResourceRef, Identity] = {}
    for ref in order:
        made, maker = plain.get(ref), catalog.made_by(ref)
        if made is None and ref not in contents:
            continue
        if made is None:
            made = identify(catalog.manifests[ref], catalog, account, contents[ref])
        if maker in found and found[maker].output_model is not None:
            made = Identity(found[maker].output_model or made.name)
        found[ref] = made
    return {ref: found[ref] for ref in catalog.manifests if ref in found}


def _names(identities: Mapping[ResourceRef, Identity]) -> dict[str, ResourceRef]:
    """Full names to refs; a manifest for an output model comes before the job that makes it."""
    names = {i.output_model: ref for ref, i in identities.items() if i.output_model}
    return names | {identity.name: ref for ref, identity in identities.items() if identity.name}


def _bad_ids(wired: Wired) -> list[Diagnostic]:
    catalog = wired.catalog
    return [
        said
        for ref, identity in wired.identities.items()
        if catalog.made_by(ref) is None
        for said in checks.bad_ids(identity, catalog.manifests[ref], catalog.kind(ref).output_model)
    ]
