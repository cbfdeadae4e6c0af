"""Proved resources as absent ones: from here on they are what tombstones are."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from reconciler.desired.resource import Leaving, Resource
from reconciler.graph import Graph
from reconciler.manifest.manifest import IdStrategy, Lifecycle
from reconciler.ref import ResourceRef

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from reconciler.desired.resource import DesiredState
    from reconciler.diagnostic import Diagnostic
    from reconciler.past.proof import Proof

REMOVED = Leaving("no-longer-declared", "no manifest declares it any more")


@dataclass(frozen=True, slots=True)
class Going:
    """What is to be deleted, why, and whether it is protected (None: the kind's default)."""

    proof: Proof
    why: Leaving
    protected: bool | None


def lifted(removed: Iterable[Proof]) -> Iterator[Going]:
    """What is declared no more, with its protection: where the last revision wrote ``keepLatest``,
    only the newest version still has any (contract 1.3)."""
    newest: dict[ResourceRef, Proof] = {}
    for proof in sorted(removed, key=lambda proof: (proof.order, proof.live.name)):
        first = newest.setdefault(proof.declared.ref, proof)
        lifts = first.declared.manifest.lifecycle.keep_latest is not None
        protected = False if lifts and first is not proof else proof.protected
        yield Going(proof, REMOVED, protected)


def with_leaving(
    desired: DesiredState, going: Iterable[Going], said: Sequence[Diagnostic]
) -> DesiredState:
    """The state with what is going as absent resources. One that refers to another goes before it,
    an older version only when the present one is there."""
    resources = dict(desired.resources)
    refs: dict[ResourceRef, ResourceRef] = {}
    known: dict[ResourceRef, ResourceRef] = {}
    for each in going:
        ref = _free(each.proof, resources)
        if ref is not None:
            resources[ref], known[ref] = _absent(each, ref), each.proof.declared.ref
            refs.setdefault(each.proof.declared.ref, ref)
    edges = dict(desired.graph.edges)
    for ref in [ref for ref in resources if ref not in desired.resources]:
        targets = tuple(refs[t] for t in resources[ref].depends_on if t in refs)
        targets = (*targets, *_successor(known[ref], desired))
        resources[ref] = replace(resources[ref], depends_on=targets)
        edges[ref] = targets
    found = tuple(sorted((*desired.diagnostics, *said), key=lambda d: d.sort_key))
    return replace(desired, resources=resources, graph=Graph(edges), diagnostics=found)


def _successor(ref: ResourceRef, desired: DesiredState) -> tuple[ResourceRef, ...]:
    now = desired.resources.get(ref)
    return (ref,) if now is not None and not now.absent else ()


def _free(proof: Proof, taken: dict[ResourceRef, Resource]) -> ResourceRef | None:
    """What the plan calls it: as its manifest did, where that is its id and no other has the name;
    else by its id. None: both are taken, and it stays."""
    declared, by_id = proof.declared.ref, ResourceRef(proof.live.kind, proof.live.id)
    exact = proof.declared.manifest.id_strategy is IdStrategy.EXACT
    attempts = proof.declared.manifest.lifecycle.attempt > 1
    wanted = (declared, by_id) if exact and not attempts else (by_id,)
    return next((ref for ref in wanted if ref not in taken), None)


def _absent(each: Going, ref: ResourceRef) -> Resource:
    one = each.proof.declared
    manifest = replace(
        one.manifest,
        ref=ref,
        absent=True,
        files=None,
        lifecycle=Lifecycle(prevent_destroy=each.protected),
    )
    return replace(one, ref=ref, name=each.proof.live.name, manifest=manifest, leaving=each.why)
