"""The longest chain of changes that wait for each other: what the run as a whole waits for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.desired.identity import version_stem
from reconciler.diff.change import Action
from reconciler.kinds.kind import Readiness
from reconciler.plan.moments import moment
from reconciler.plan.plan import Leg

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from reconciler.kinds.kind import Kind
    from reconciler.live.state import LiveResource, LiveState
    from reconciler.plan.plan import PlannedChange
    from reconciler.ref import ResourceRef

STARTED, ENDED = "createTime", "completedTime"
"""Fields of a job that tell how long it took, its time in the queue included."""


def critical_path(
    changes: Sequence[PlannedChange], live: LiveState, kinds: Mapping[str, Kind]
) -> tuple[Leg, ...]:
    """The chain that takes longest by what is known (``weight``).
    Empty where no change waits for another. ``changes`` stand in the order in which they run."""
    runs = (one.change.resource.name for one in changes if one.action is Action.RUN)
    took = _durations({version_stem(name) for name in runs} - {""}, live, kinds)
    longest: dict[ResourceRef, tuple[Leg, ...]] = {}
    for planned in changes:
        if planned.action is Action.NONE or planned.blocked_by:
            continue
        before = (longest[need] for need in planned.depends_on if need in longest)
        chain = max(before, key=weight, default=())
        longest[planned.ref] = (*chain, _leg(planned, took))
    path = max(longest.values(), key=weight, default=())
    return path if len(path) > 1 else ()


def weight(path: Iterable[Leg]) -> tuple[float, int, int, int]:
    """What makes one chain longer than another: seconds, then runs, bytes, number of changes."""
    legs = tuple(path)
    return (
        sum(leg.seconds or 0.0 for leg in legs),
        sum(leg.action is Action.RUN for leg in legs),
        sum(leg.bytes for leg in legs),
        len(legs),
    )


def _leg(planned: PlannedChange, took: Mapping[str, tuple[float, str]]) -> Leg:
    sent = sum(step.bytes for step in planned.steps)
    known = took.get(version_stem(planned.change.resource.name))
    if planned.action is not Action.RUN or known is None:
        return Leg(planned.ref, planned.action, sent)
    return Leg(planned.ref, planned.action, sent, *known)


def _durations(
    stems: set[str], live: LiveState, kinds: Mapping[str, Kind]
) -> dict[str, tuple[float, str]]:
    """(seconds, id) of the newest version that has run, by what the names of versions share."""
    versions = [one for one in live.resources.values() if stems and version_stem(one.name) in stems]
    found: dict[str, tuple[float, str]] = {}
    for one in sorted(versions, key=lambda one: (one.create_time, one.name)):
        done = kinds[one.kind].readiness(one.state) is Readiness.READY
        seconds = _seconds(one) if done else None
        if seconds is not None:
            found[version_stem(one.name)] = (seconds, one.id)
    return found


def _seconds(one: LiveResource) -> float | None:
    start, end = moment(one.body.get(STARTED)), moment(one.body.get(ENDED))
    if start is None or end is None or end <= start:
        return None
    return (end - start).total_seconds()
