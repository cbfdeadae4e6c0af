"""Manifests to the desired state: edges, ids and bodies, from the manifests alone (no I/O)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.desired import checks
from reconciler.desired.body import body
from reconciler.desired.catalog import make_catalog
from reconciler.desired.digests import lacks_digest, needed
from reconciler.desired.identity import by_content
from reconciler.desired.natural_keys import natural_keys
from reconciler.desired.resource import DesiredState, Resource
from reconciler.desired.rows import check_rows
from reconciler.desired.wire import Wired, edges, first_links, wire, wiring_of
from reconciler.graph import Graph
from reconciler.kinds.registry import all_kinds

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from reconciler.desired.references import Link
    from reconciler.kinds.kind import Kind
    from reconciler.manifest.manifest import Manifest
    from reconciler.ref import ResourceRef


def build_desired(
    manifests: Sequence[Manifest],
    account: str,
    *,
    kinds: Mapping[str, Kind] | None = None,
    broken: frozenset[ResourceRef] = frozenset(),
    damaged: Sequence[Manifest] = (),
    whole: Sequence[Manifest] = (),
) -> DesiredState:
    """What the project wants, as one value; problems stand in its ``diagnostics``.

    ``account`` is the account's id, "-" when none is known (offline). ``broken`` are resources
    whose manifests had errors: references to them are no mistake of their own. ``damaged`` is
    what is left of those manifests: it is checked, and not built. ``whole`` is the project of
    which ``manifests`` are a part: it explains what a part lacks. What has an error here may be
    missing in ``resources``.
    """
    known = all_kinds() if kinds is None else kinds
    catalog = make_catalog(manifests, known, broken, damaged, whole)
    found = list(checks.duplicates(manifests, damaged))
    wired, wiring = wire(catalog, account)
    found.extend(wiring)
    found.extend(checks.collisions(wired.identities, catalog))
    found.extend(wiring_of(damaged, wired) if damaged else ())
    resources = {ref: _resource(ref, wired) for ref in wired.identities}
    found.extend(natural_keys(resources.values(), catalog.kinds))
    found.extend(check_rows(resources.values(), catalog.kinds))
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
    first = first_links(catalog, account)
    graph, _ = checks.break_cycles(edges(catalog, first), catalog)
    wanted = needed(graph.order(), first, catalog)
    return frozenset(ref for ref in wanted if lacks_digest(catalog.manifests[ref]))


def _resource(ref: ResourceRef, wired: Wired) -> Resource:
    manifest, identity = wired.catalog.manifests[ref], wired.identities[ref]
    return Resource(
        ref,
        identity.name,
        body(manifest, identity, wired.links[ref], wired.identities, wired.catalog, wired.account),
        manifest,
        tuple(t for t in wired.graph.edges.get(ref, ()) if t in wired.identities),
        identity.output_model,
    )


def _external(wired: Wired) -> tuple[str, ...]:
    """Full names outside the project, sorted."""
    manifests = wired.catalog.manifests
    outside = (
        _full(link, wired.account)
        for ref, mentioned in wired.links.items()
        for link in mentioned
        if link.external and not manifests[ref].absent
    )
    return tuple(sorted(set(outside)))


def _full(link: Link, account: str) -> str:
    if "/" in link.value:
        return link.value
    return f"accounts/{account}/{link.reference.collection}/{link.value}"
