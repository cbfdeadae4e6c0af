"""``--target`` with what it depends on, ``--exclude`` with what depends on it; then the shard."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.errors import UsageError
from reconciler.manifest.suggest import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterable

    from reconciler.desired.resource import DesiredState
    from reconciler.graph import Graph
    from reconciler.plan.context import PlanContext
    from reconciler.ref import ResourceRef


def selected(desired: DesiredState, context: PlanContext) -> frozenset[ResourceRef]:
    """The refs that the plan is about. Raises UsageError for a ref that the project lacks."""
    graph = desired.graph
    _check("--target", context.target or (), desired)
    _check("--exclude", context.exclude, desired)
    wanted = frozenset(desired.resources)
    if context.target is not None:
        wanted = context.target if context.only_target else graph.reach(context.target)
    if context.exclude:
        wanted -= graph.reverse().reach(context.exclude)
    return wanted


def sharded(
    desired: DesiredState, context: PlanContext, *graphs: Graph[ResourceRef]
) -> frozenset[ResourceRef]:
    """The selected refs that are in the context's shard, all of them where there is none. What the
    graphs join belongs together, as does what refers to each other."""
    wanted = selected(desired, context)
    if context.shard is None:
        return wanted
    known = desired.resources.items()
    passing = frozenset(ref for ref, one in known if one.pruned)
    return wanted & context.shard.part(*graphs, desired.graph, passing=passing)


def _check(option: str, refs: Iterable[ResourceRef], desired: DesiredState) -> None:
    for ref in sorted(refs):
        if ref not in desired.resources:
            hint = did_you_mean(str(ref), map(str, desired.resources))
            raise UsageError(f"{option}: the project has no {ref}", hint)
