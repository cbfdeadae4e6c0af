"""``--target`` with what it depends on, ``--exclude`` with what depends on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from reconciler.desired.resource import DesiredState
    from reconciler.plan.context import PlanContext
    from reconciler.ref import ResourceRef


def selected(desired: DesiredState, context: PlanContext) -> frozenset[ResourceRef]:
    """The refs that the plan is about. Raises UsageError for a ref that the project lacks."""
    graph = desired.graph
    _check("--target", context.target or (), desired)
    _check("--exclude", context.exclude, desired)
    wanted = frozenset(desired.resources)
    if context.target is not None:
        wanted &= context.target if context.only_target else graph.reach(context.target)
    if context.exclude:
        wanted -= graph.reverse().reach(context.exclude)
    return wanted


def _check(option: str, refs: Iterable[ResourceRef], desired: DesiredState) -> None:
    for ref in sorted(refs):
        if ref not in desired.resources:
            raise UsageError(f"{option}: the project has no {ref}", _hint(ref, desired))


def _hint(ref: ResourceRef, desired: DesiredState) -> str | None:
    from difflib import get_close_matches  # only a mistake pays for it

    close = get_close_matches(str(ref), [str(known) for known in desired.resources], n=1)
    return f"did you mean {close[0]}?" if close else None
