"""A plan in numbers: how many of each action, how many blocked, what it costs in all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reconciler.diff.change import Action
from reconciler.plan.plan import Cost, Group

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reconciler.plan.plan import Plan, PlannedChange


def summary(plan: Plan) -> dict[str, int]:
    """Each action's word to its number, and ``blocked``; a blocked change counts in both."""
    return numbers_of(plan.changes)


def numbers_of(changes: Sequence[PlannedChange]) -> dict[str, int]:
    """The same of some changes alone."""
    doing = [change.action.word for change in changes if change.action is not Action.NONE]
    numbers = {action.word: doing.count(action.word) for action in Action}
    numbers[Action.NONE.word] = len(changes) - len(doing)
    return numbers | {"blocked": sum(1 for change in changes if change.blocked_by)}


def by_group(plan: Plan) -> dict[Group, tuple[PlannedChange, ...]]:
    """What the plan does and what has drifted, by group, in the order in which it is told; nothing
    where the plan knows no base."""
    told = [each for each in plan.changes if each.group is not None]
    groups = {group: tuple(each for each in told if each.group is group) for group in Group}
    return {group: found for group, found in groups.items() if found}


def unmanaged_text(plan: Plan) -> str:
    """``unmanaged live resources 14 (older versions by name: 3)``: what is live, not declared."""
    older = f" (older versions by name: {plan.older_versions:,})"
    return f"unmanaged live resources {plan.unmanaged:,}" + older * bool(plan.older_versions)


def unmanaged_document(plan: Plan) -> dict[str, Any]:
    """``unmanaged`` in JSON."""
    return {"count": plan.unmanaged, "older_versions": plan.older_versions}


def total_costs(plan: Plan) -> tuple[Cost, ...]:
    """What is paid once and what is paid by the hour, each summed; empty: nothing costs anything,
    or what does is blocked.
    What each is worked out from stands at the changes. A sum of which a part is not known has no
    high end: a number that leaves it out would mislead."""
    costs = [each.cost for each in plan.pending if each.cost and not each.blocked_by]
    once = [cost for cost in costs if not cost.per_hour]
    hourly = [cost for cost in costs if cost.per_hour]
    return tuple(_sum(part) for part in (once, hourly) if part)


def _sum(costs: list[Cost]) -> Cost:
    low = sum(cost.usd_low or 0.0 for cost in costs)
    highs = [cost.usd_high for cost in costs if cost.usd_high is not None]
    if len(highs) == len(costs):
        return Cost(low, sum(highs), "", per_hour=costs[0].per_hour)
    basis = "not every part is known" if len(costs) > 1 else ""
    return Cost(low, None, basis, per_hour=costs[0].per_hour)
