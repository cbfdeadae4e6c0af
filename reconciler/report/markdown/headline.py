"""The first lines of a comment, at most ten: what would happen, what forbids it, what it costs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.diff.change import Action
from reconciler.plan.plan import Group
from reconciler.report.about import elsewhere
from reconciler.report.chain import chain_text
from reconciler.report.counts import by_group, numbers_of, summary, total_costs, unmanaged_text
from reconciler.report.json_plan import plan_document
from reconciler.report.markdown.text import code, inert
from reconciler.report.money import cost_text
from reconciler.report.words import commit_text, worth_a_line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reconciler.plan.plan import Plan
    from reconciler.report.about import About

SHORT_DIGEST = 12
LOUD = (Action.RUN, Action.DELETE, Action.REPLACE)
"""Actions that are set in bold: they cost money or data."""


def is_quiet(plan: Plan) -> bool:
    """Whether one line says everything: nothing to do, nothing to know."""
    return (
        plan.complete
        and not plan.pending
        and not plan.drift
        and not plan.diagnostics
        and not any(map(worth_a_line, plan.changes))
    )


def quiet_line(plan: Plan, about: About, digest: str) -> str:
    return f"🟢 {where(plan, about)}: no changes · {' · '.join(_facts(plan, digest))}"


def headline(plan: Plan, about: About, digest: str) -> Iterator[str]:
    yield f"### {_light(plan)} {where(plan, about)}: {_counts(plan)}"
    yield ""
    yield " · ".join(_facts(plan, digest))
    for cost in total_costs(plan):
        yield f"<br>estimated cost: {inert(cost_text(cost))}"
    if plan.critical_path:
        yield f"<br>{inert(chain_text(plan))}"
    if plan.refused:
        number = summary(plan)["blocked"]
        yield f"<br>⛔ **{number} blocked**: this plan is refused, the ways out stand below"
    yield from _others(plan)
    if plan.drift and not plan.base:
        yield f"<br>💧 **{len(plan.drift)} drifted**: not as declared, and no edit explains it"
    if not plan.complete:
        yield "<br>⚠️ **incomplete**: part of the account could not be read"


def foot(plan: Plan, digest: str) -> Iterator[str]:
    """What was looked at, and the digest in full, which binds an approval."""
    numbers = summary(plan)
    yield ""
    yield (
        f"<sub>unchanged {numbers['none']:,} · {unmanaged_text(plan)} · "
        f"{plan.reads:,} reads, 0 writes · digest {code(digest)}</sub>"
    )


def digest_of(plan: Plan) -> str:
    return str(plan_document(plan)["digest"])


def where(plan: Plan, about: About) -> str:
    """The environment, else the account; below the top of the repository the project too."""
    name = code(about.environment or plan.account, 60)
    return name if about.project == "." else f"{code(about.project, 80)} {name}"


def _light(plan: Plan) -> str:
    if plan.refused:
        return "🔴"
    return "🟡" if plan.pending else "⚪"


def _counts(plan: Plan) -> str:
    """Where a base is known only what this change does; the rest is told below."""
    groups = by_group(plan)
    numbers = numbers_of(groups.get(Group.THIS_CHANGE, ()) if plan.base else plan.changes)
    parts = [
        f"{numbers[action.word]:,} {_word(action)}"
        for action in Action
        if action is not Action.NONE and numbers[action.word]
    ]
    parts += [f"{numbers['blocked']:,} blocked"] if numbers["blocked"] else []
    return " · ".join(parts) or ("nothing by this change" if plan.base else "no changes")


def _others(plan: Plan) -> Iterator[str]:
    """What would happen too and is not this change's doing."""
    groups = by_group(plan)
    pending, drift = groups.get(Group.PENDING, ()), groups.get(Group.DRIFT, ())
    if pending:
        yield f"<br>🕓 **{len(pending):,} already pending**: merged before, not applied yet"
    if drift:
        yield f"<br>💧 **{len(drift):,} drift**: the account was changed, not by this"


def _word(action: Action) -> str:
    return f"**{action.word}**" if action in LOUD else action.word


def _facts(plan: Plan, digest: str) -> list[str]:
    parts = [f"account {code(plan.account, 60)}"]
    parts += [f"at {code(elsewhere(plan), 120)}"] if elsewhere(plan) else []
    parts += [f"commit {code(commit_text(plan.commit))}"] if plan.commit else []
    parts += [f"shard {code(str(plan.shard))}"] if plan.shard else []
    short = digest.partition(":")[2][:SHORT_DIGEST]
    return [*parts, f"plan {code(short)}", f"live read {inert(plan.created_at, 40)}"]
