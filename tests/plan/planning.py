"""From manifests and an account to a plan, in one call."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reconciler.diff.diff import diff
from reconciler.manifest.project import Policy
from reconciler.plan.build import Allow, PlanContext, build_plan
from reconciler.ref import ResourceRef
from tests.desired.manifests import account, desired

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reconciler.live.state import LiveState
    from reconciler.manifest.manifest import Manifest
    from reconciler.plan.plan import Plan, PlannedChange


def refs(*texts: str) -> frozenset[ResourceRef]:
    return frozenset(ResourceRef.parse(text) for text in texts)


def context(policy: Policy | None = None, **more: Any) -> PlanContext:
    when = "2026-07-01T12:00:00Z"
    return PlanContext("https://api.fireworks.ai", "", when, policy or Policy(), **more)


def allowing(*deletes: str, spend: float | None = None) -> PlanContext:
    return context(allow=Allow(refs(*deletes), spend))


def plan(
    manifests: Sequence[Manifest],
    live: LiveState | None = None,
    under: PlanContext | None = None,
    replace: Sequence[str] = (),
) -> Plan:
    wanted, found = desired(*manifests), live or account()
    changes = diff(wanted, found, refs(*replace))
    return build_plan(changes, wanted, found, under or context())


def of(made: Plan, ref: str) -> PlannedChange:
    return next(change for change in made.changes if str(change.ref) == ref)


def order(made: Plan) -> list[str]:
    return [str(change.ref) for change in made.changes]


def refusals(made: Plan, ref: str) -> list[str]:
    return [said.code for said in of(made, ref).change.refusals]
