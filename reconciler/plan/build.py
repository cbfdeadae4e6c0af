"""Changes to a plan: order, steps, guards, cost. The same input gives the same value."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

from reconciler.desired.identity import version_stem
from reconciler.diagnostic import Diagnostic, Severity
from reconciler.diff.change import Action
from reconciler.diff.refusals import refusal
from reconciler.kinds.registry import all_kinds
from reconciler.plan.blocked import blocked
from reconciler.plan.context import Allow as Allow
from reconciler.plan.context import PlanContext as PlanContext  # noqa: TC001 - re-exported
from reconciler.plan.cost import cost
from reconciler.plan.guards import DELETING, MISSING, SENDING, Facts, guards, publishes
from reconciler.plan.limits import limits
from reconciler.plan.order import order_graph
from reconciler.plan.path import critical_path
from reconciler.plan.plan import Plan, PlannedChange
from reconciler.plan.steps import steps
from reconciler.plan.targets import selected, sharded
from reconciler.plan.uses import mentions, uses

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from reconciler.desired.resource import DesiredState
    from reconciler.diff.change import Change
    from reconciler.kinds.kind import Kind
    from reconciler.live.state import LiveState
    from reconciler.plan.plan import Cost
    from reconciler.plan.uses import Use
    from reconciler.ref import ResourceRef

Refusals = dict["ResourceRef", list[Diagnostic]]


def build_plan(
    changes: Sequence[Change],
    desired: DesiredState,
    live: LiveState,
    context: PlanContext,
) -> Plan:
    """The plan of all selected changes, in the order in which they run. A shard is a part of the
    whole plan: limits and guards judge the whole, whichever part is shown.

    Raises UsageError when ``--target`` or ``--exclude`` names what the project lacks.
    """
    known = all_kinds()
    chosen = _chosen(changes, desired, context)
    used = _used(chosen, live)
    named = mentions(desired, known) if _deletes(chosen) else {}
    graph = order_graph(chosen, desired, used)
    facts = Facts(chosen, live, known, context, used, graph.edges, named)
    order = graph.order()
    refusals, costs = _judged(order, len(desired.resources), facts)
    part = sharded(desired, context, graph)
    chosen = {ref: change for ref, change in chosen.items() if ref in part}
    planned = [
        _planned(ref, refusals.get(ref, []), costs.get(ref), facts) for ref in order if ref in part
    ]
    return Plan(
        desired.account,
        context.base_url,
        context.commit,
        context.created_at,
        tuple(planned),
        _diagnostics(desired, live, chosen),
        *_unmanaged(changes, desired, live),
        complete=not live.incomplete,
        shard=context.shard,
        critical_path=critical_path(planned, live, known),
    )


def shown(
    changes: Sequence[Change], desired: DesiredState, live: LiveState, context: PlanContext
) -> frozenset[ResourceRef]:
    """The refs that the plan of these changes shows. Raises as ``build_plan``."""
    chosen = _chosen(changes, desired, context)
    return sharded(desired, context, order_graph(chosen, desired, _used(chosen, live)))


def _chosen(
    changes: Sequence[Change], desired: DesiredState, context: PlanContext
) -> dict[ResourceRef, Change]:
    wanted = selected(desired, context)
    return {change.ref: change for change in changes if change.ref in wanted}


def _deletes(chosen: Mapping[ResourceRef, Change]) -> bool:
    return any(change.action in DELETING for change in chosen.values())


def _used(chosen: Mapping[ResourceRef, Change], live: LiveState) -> dict[str, list[Use]]:
    """Who uses what, where something is deleted: else nobody needs to know."""
    return uses(live, all_kinds()) if _deletes(chosen) else {}


def _judged(
    order: tuple[ResourceRef, ...], declared: int, facts: Facts
) -> tuple[Refusals, dict[ResourceRef, Cost | None]]:
    """Everything that forbids each change: its own, the guards', the limits', its dependencies'.
    And what each costs that the limits were asked about, forbidden by them or not."""
    found: Refusals = defaultdict(list)
    for ref, change in facts.changes.items():
        if not _idle(change):
            found[ref] += [*change.refusals, *guards(change, facts)]
    acting = (facts.changes[ref] for ref in order if not _idle(facts.changes[ref]))
    free = [change for change in acting if not found[change.ref]]
    costs = {change.ref: cost(change, facts.kind(change), facts) for change in free}
    for ref, said in limits(free, declared, costs, facts):
        found[ref].append(said)
    for ref, said in blocked(order, found, facts):
        found[ref].append(said)
    return found, costs


def _idle(change: Change) -> bool:
    """Whether nothing is done and nothing asked: there is nothing to forbid and nothing to pay."""
    return change.action is Action.NONE and not (change.fields or change.refusals)


def _planned(
    ref: ResourceRef, refusals: list[Diagnostic], paid: Cost | None, facts: Facts
) -> PlannedChange:
    change = facts.changes[ref]
    if not refusals and _idle(change):
        return PlannedChange(change, depends_on=facts.waits[ref])
    if refusals:
        change = replace(change, refusals=tuple(refusals))
    kind = facts.kind(change)
    return PlannedChange(
        change,
        steps(change, kind),
        facts.waits[ref],
        tuple(said.message for said in refusals),
        paid,
        _risk(change, kind, paid),
    )


def _risk(change: Change, kind: Kind, paid: Cost | None) -> tuple[str, ...]:
    """What a reviewer must not overlook, in a word or two each."""
    tags = []
    runs = change.action is Action.RUN and kind.paid
    if runs or (change.action is Action.UPDATE and paid is not None):
        tags.append("money")
    if change.action in DELETING:
        tags.append(kind.manners.loss)
    if kind.publishes and publishes(change, kind.publishes):
        tags.append("public")
    return tuple(tags)


def _diagnostics(
    desired: DesiredState, live: LiveState, chosen: Mapping[ResourceRef, Change]
) -> tuple[Diagnostic, ...]:
    """What forbids nothing, and what could not be read. Refusals stand at their changes."""
    unread = [
        Diagnostic(
            Severity.ERROR, "not-read", f"{kind}: the account could not be read completely: {why}"
        )
        for kind, why in sorted(live.incomplete.items())
    ]
    warnings = [said for change in chosen.values() for said in change.warnings]
    sending = (change for change in chosen.values() if change.action in SENDING)
    pointers = [said for change in sending for said in _pointers(change)]
    found = [*desired.diagnostics, *live.diagnostics, *unread, *warnings, *pointers]
    return tuple(sorted(found, key=lambda said: said.sort_key))


def _pointers(change: Change) -> Iterator[Diagnostic]:
    """A pointer is good enough to plan with; whoever applies needs the bytes (contract 1.1)."""
    files = change.resource.files
    for file in files.files if files is not None else ():
        if file.identity is None and file.why_absent != MISSING:
            message = (
                f"spec.source: {file.key[:120]} is not on this disk ({file.why_absent or MISSING})"
            )
            place, hint = ("spec", "source", "path"), "git lfs pull, before apply"
            severity = Severity.WARNING
            yield refusal(change.resource, "not-on-disk", message, place, hint, severity)


def _unmanaged(
    changes: Sequence[Change], desired: DesiredState, live: LiveState
) -> tuple[int, int]:
    """How many live resources no manifest declares, output models of the project's jobs aside, and
    how many of them look like older versions of what is declared."""
    ours = {change.live.name for change in changes if change.live is not None}
    for resource in desired.resources.values():
        ours.add(resource.name)
        ours.add(resource.output_model or "")
    left = [version_stem(name) for name in live.resources.keys() - ours]
    stems = {version_stem(name) for name in ours} - {""} if any(left) else set()
    return len(left), sum(stem in stems for stem in left)
