"""What all changes together may not exceed: the limits of ``policy`` (contract 5)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.diff.change import Action
from reconciler.diff.refusals import refusal
from reconciler.plan.guards import DELETING
from reconciler.plan.sizes import exact_usd

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from reconciler.diagnostic import Diagnostic
    from reconciler.diff.change import Change
    from reconciler.plan.guards import Facts
    from reconciler.plan.plan import Cost
    from reconciler.ref import ResourceRef

SHARE_FROM = 10
"""The share counts from so many declared resources up: of three, one is a third."""


def limits(
    free: Sequence[Change], declared: int, costs: dict[ResourceRef, Cost | None], facts: Facts
) -> Iterator[tuple[ResourceRef, Diagnostic]]:
    """Refusals by the limits. ``free`` are the changes that nothing else forbids; ``declared``
    is the number of resources of the project, tombstones included."""
    yield from _deletes(free, declared, facts)
    yield from _jobs(free, facts)
    yield from _budget(free, costs, facts)


def _deletes(
    free: Sequence[Change], declared: int, facts: Facts
) -> Iterator[tuple[ResourceRef, Diagnostic]]:
    policy, allowed = facts.context.policy, facts.context.allow.deletes
    deletes = [c for c in free if c.action in DELETING and c.ref not in allowed]
    number, most, share = len(deletes), policy.max_deletes, policy.max_delete_share
    said = ""
    if most is not None and number > most:
        said = f"the plan deletes {number} resources, policy.maxDeletes is {most}"
    elif share is not None and declared >= SHARE_FROM and number > share * declared:
        said = f"the plan deletes {number} of {declared}, policy.maxDeleteShare is {share:g}"
    for change in deletes if said else ():
        hint = f"--allow delete:{change.ref}, or raise the limit in reconciler.yaml"
        yield change.ref, refusal(change.resource, "too-many-deletes", said, hint=hint)


def _jobs(free: Sequence[Change], facts: Facts) -> Iterator[tuple[ResourceRef, Diagnostic]]:
    most = facts.context.policy.max_new_jobs
    jobs = [c for c in free if c.action is Action.RUN and facts.kind(c).runs_once]
    if most is None or len(jobs) <= most:
        return
    said = f"the plan starts {len(jobs)} jobs, policy.maxNewJobs is {most}"
    hint = "raise the limit in reconciler.yaml, or plan a part with --target"
    for change in jobs:
        yield change.ref, refusal(change.resource, "too-many-jobs", said, hint=hint)


def _budget(
    free: Sequence[Change], costs: dict[ResourceRef, Cost | None], facts: Facts
) -> Iterator[tuple[ResourceRef, Diagnostic]]:
    """A cost that nobody knows does not fit into a budget; ``--allow spend`` lets it pass, and what
    is known is held to it all the same."""
    limit = facts.context.allow.spend_usd
    name = "--allow spend"
    paid = [(c, cost) for c in free if (cost := costs.get(c.ref)) is not None]
    if limit is None:
        limit, name = facts.context.policy.budget_usd, "policy.budgetUsd"
        unknown = any(cost.usd_high is None for _, cost in paid)
    else:
        paid = [(c, cost) for c, cost in paid if _known(cost)]
        unknown = False
    if limit is None or not paid:
        return
    said = _over([cost for _, cost in paid], limit, name, unknown=unknown)
    hint = "--allow spend:USD, or raise policy.budgetUsd in reconciler.yaml"
    if unknown:
        hint = "--allow spend:USD lets pass what is not known, and holds what is known to that sum"
    for change, _ in paid if said else ():
        yield change.ref, refusal(change.resource, "over-budget", said, hint=hint)


def _known(cost: Cost) -> float:
    """What may be paid as far as it is known; without a high end at least the low one."""
    return (cost.usd_low or 0.0) if cost.usd_high is None else cost.usd_high


def _over(paid: Sequence[Cost], limit: float, name: str, *, unknown: bool) -> str:
    if unknown:
        return f"what the plan costs is not known, {name} is {exact_usd(limit)}"
    total = sum(map(_known, paid))
    return f"the plan may cost {exact_usd(total)}, {name} is {exact_usd(limit)}" * (total > limit)
