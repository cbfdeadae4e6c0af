"""In which order the changes run: dependencies first, deletes after all that still uses them."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from reconciler.diff.change import Action
from reconciler.graph import Graph

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reconciler.desired.resource import DesiredState
    from reconciler.diff.change import Change
    from reconciler.plan.uses import Use
    from reconciler.ref import ResourceRef

RELEASING = (Action.DELETE, Action.UPDATE, Action.REPLACE)
"""Actions after which a resource may no longer use what it used."""


def order_graph(
    changes: Mapping[ResourceRef, Change],
    desired: DesiredState,
    used: Mapping[str, list[Use]],
) -> Graph[ResourceRef]:
    """What each change waits for. Never cyclic: of two things that use each other and both go,
    the one whose file comes first goes first."""
    edges: dict[ResourceRef, set[ResourceRef]] = defaultdict(set)
    for ref, change in changes.items():
        for target in desired.graph.edges.get(ref, ()):
            if target in changes:
                _wait(edges, changes, ref, target, change)
        if change.action is Action.DELETE:
            edges[ref].update(_releasing(change, changes, used))
    position = {ref: index for index, ref in enumerate(changes)}
    waits = {ref: tuple(sorted(on, key=position.__getitem__)) for ref, on in edges.items()}
    return _acyclic(Graph({ref: waits.get(ref, ()) for ref in changes}))


def _wait(
    edges: dict[ResourceRef, set[ResourceRef]],
    changes: Mapping[ResourceRef, Change],
    ref: ResourceRef,
    target: ResourceRef,
    change: Change,
) -> None:
    """A dependant waits for what it depends on; when both go, the dependant goes first. What leaves
    by history depends, if it stays in another version, on that one: it goes when that is there."""
    if change.resource.absent and changes[target].resource.absent:
        edges[target].add(ref)
    elif not change.resource.absent or change.resource.pruned:
        edges[ref].add(target)


def _releasing(
    change: Change, changes: Mapping[ResourceRef, Change], used: Mapping[str, list[Use]]
) -> set[ResourceRef]:
    name = change.live.name if change.live is not None else change.resource.name
    users = {use.user.name for use in used.get(name, ())}
    return {
        ref
        for ref, other in changes.items()
        if other.action in RELEASING
        and ref != change.ref
        and other.live is not None
        and other.live.name in users
    }


def _acyclic(graph: Graph[ResourceRef]) -> Graph[ResourceRef]:
    while cycle := graph.cycle():
        first, second = cycle[-2], cycle[-1]
        edges = dict(graph.edges)
        edges[first] = tuple(target for target in edges[first] if target != second)
        graph = Graph(edges)
    return graph
