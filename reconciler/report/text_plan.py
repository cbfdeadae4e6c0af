"""A plan for people: what, why, from where, what forbids it, and what to type next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.diff.change import Action
from reconciler.diff.diff import NOT_READ
from reconciler.plan.content import content_counts
from reconciler.plan.plan import Group
from reconciler.report.about import elsewhere
from reconciler.report.chain import chain_lines
from reconciler.report.counts import by_group, numbers_of, summary, total_costs, unmanaged_text
from reconciler.report.diagnostics import text_lines
from reconciler.report.escape import escape
from reconciler.report.money import cost_text
from reconciler.report.text_change import change_lines, standing_line
from reconciler.report.words import commit_text, worth_a_line
from reconciler.report.wrap import wrapped

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from reconciler.plan.plan import Plan, PlannedChange
    from reconciler.report.style import Style

TITLES = {
    Group.THIS_CHANGE: "This change",
    Group.PENDING: "Already pending, not of this change",
    Group.DRIFT: "Drift, not of this change: the account was changed since the manifest was",
}
NO_CHANGES = "No changes: the account matches the manifests."


def render_plan(plan: Plan, style: Style, next_command: str = "reconciler apply") -> str:
    """The whole plan as text, ending with a newline; CI logs are read from the bottom, so the
    counts, the cost and the next command (if any) stand last."""
    lines = [_head(plan, style), ""]
    standing = [change for change in plan.changes if worth_a_line(change)]
    width = max((len(str(change.ref)) for change in (*plan.pending, *standing)), default=0)
    for title, changes in _parts(plan):
        lines += [style.paint(title, "bold")] if title else []
        for change in changes:
            lines += [*change_lines(change, style, width), ""]
    for change in standing:
        lines += standing_line(change, style, width)
    lines += [*([""] if standing else []), *_notes(plan, style)]
    lines += _foot(plan, style, next_command)
    return style.plain("\n".join(lines) + "\n")


def _parts(plan: Plan) -> Iterator[tuple[str, Sequence[PlannedChange]]]:
    """What this change does first, then what was pending, then what drifted; all of it without a
    title where nothing tells them apart."""
    if not plan.base:
        yield "", plan.pending
        return
    for group, changes in by_group(plan).items():
        doing = [each for each in changes if each.action is not Action.NONE]
        if doing:
            yield TITLES[group], doing


def _head(plan: Plan, style: Style) -> str:
    parts = [f"account {plan.account}"]
    parts += [elsewhere(plan)] if elsewhere(plan) else []
    if plan.commit:
        parts.append(f"commit {commit_text(plan.commit)}")
    parts += [f"shard {plan.shard}"] if plan.shard else []
    parts.append(f"live read {plan.created_at}")
    return f"{style.paint('reconciler plan', 'bold')} · {escape(' · '.join(parts))}"


def _notes(plan: Plan, style: Style) -> list[str]:
    lines = text_lines(plan.diagnostics)
    if not plan.complete:
        lines.append(style.paint("Incomplete: part of the account could not be read.", "yellow"))
    return [*lines, ""] if lines else []


def _foot(plan: Plan, style: Style, next_command: str) -> Iterator[str]:
    numbers = summary(plan)
    yield _standing_counts(plan, numbers["none"])
    yield from content_line(plan)
    yield style.paint(_counts(numbers, plan), "bold")
    for cost in total_costs(plan):
        yield from wrapped(f"Estimated cost: {cost_text(cost)}", style.width)
    yield from chain_lines(plan, style.width)
    yield f"reads: {plan.reads} · writes: 0"
    yield from _next(plan, numbers, next_command)


def _standing_counts(plan: Plan, standing: int) -> str:
    """What needs nothing, apart from what nobody could look at: unknown is not unchanged."""
    unread = sum(change.change.reason.code == NOT_READ for change in plan.changes)
    parts = [f"Unchanged {standing - unread:,}"]
    parts += [f"not read {unread:,}"] if unread else []
    return " · ".join([*parts, unmanaged_text(plan)])


def content_line(plan: Plan) -> Iterator[str]:
    """Whose stored bytes were compared; nothing where no resource brings bytes that are stored."""
    known = content_counts(plan)
    if known.total:
        parts = (
            f"{known.by_hash} by hash",
            f"{known.by_size} by size",
            f"{known.unverifiable} unverifiable",
            f"{known.not_checked} not checked this run",
            *([f"{known.different} different"] if known.different else []),
        )
        yield f"content verified: {', '.join(parts)}"


def _counts(numbers: dict[str, int], plan: Plan) -> str:
    parts = [f"{n} to {w}" for w, n in numbers.items() if n and w not in ("none", "blocked")]
    if not parts and plan.drift:
        return f"No changes, but drift: {len(plan.drift)} no longer as declared, see above."
    if not parts and numbers["blocked"]:
        return f"No changes: what was asked for is refused ({numbers['blocked']})."
    if not parts:
        return NO_CHANGES if plan.complete else "No changes in what could be read."
    blocked = f"; {numbers['blocked']} blocked" if numbers["blocked"] else ""
    if plan.base:
        return f"Plan: {_counts_by_group(plan)}{blocked}."
    drift = f"; {len(plan.drift)} drifted" if plan.drift else ""
    return f"Plan: {', '.join(parts)}{blocked}{drift}."


def _counts_by_group(plan: Plan) -> str:
    """``1 to create, 1 to run by this change; 2 already pending; 1 drift``."""
    groups = by_group(plan)
    numbers = numbers_of(groups.get(Group.THIS_CHANGE, ()))
    ours = [f"{n} to {w}" for w, n in numbers.items() if n and w not in ("none", "blocked")]
    others = [f"{len(groups[g])} {g.value}" for g in groups if g is not Group.THIS_CHANGE]
    return "; ".join([f"{', '.join(ours) or 'nothing'} by this change", *others])


def _next(plan: Plan, numbers: dict[str, int], next_command: str) -> Iterator[str]:
    if plan.refused:
        code = " (exit 6)" if plan.complete else ""
        yield f"Refused{code}: {numbers['blocked']} blocked, see the ways out above."
    if next_command and any(not change.blocked_by for change in plan.pending):
        aside = "   (runs what is not blocked)" if plan.refused else ""
        yield f"Next: {next_command}{aside}"
