"""What became of an apply, as a step summary: who is done, running, waiting, failed and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.diff.change import Action
from reconciler.execute.exit_code import STILL_RUNNING, did_not_stick
from reconciler.execute.outcome import Status
from reconciler.report.about import marker
from reconciler.report.ledger import ledger_head, told_outcomes
from reconciler.report.markdown.budget import Piece, Section, fit, fixed
from reconciler.report.markdown.headline import where
from reconciler.report.markdown.plan import BUDGET, RESERVED, left_out
from reconciler.report.markdown.text import code, inert
from reconciler.report.money import beside

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reconciler.execute.outcome import Outcome
    from reconciler.plan.plan import Plan, PlannedChange
    from reconciler.report.about import About

SIGNS = {
    Status.FAILED: "🔴",
    Status.BLOCKED: "⛔",
    Status.SKIPPED: "⚪",
    Status.WAITING: "🟡",
    Status.RUNNING: "🔵",
    Status.DONE: "🟢",
}
"""The worst first: what is left out for length goes from the last."""


def ledger_markdown(
    plan: Plan,
    outcomes: Sequence[Outcome],
    left: Sequence[PlannedChange],
    exit_code: int,
    about: About,
) -> str:
    """A headline and a row for each change; the marker is that of the plan."""
    told = told_outcomes(outcomes, plan)
    planned = {change.ref: change for change in plan.changes}
    rows = [_row(found, planned.get(found.ref)) for found in told]
    unstuck = [_unstuck(change) for change in did_not_stick(outcomes, left)]
    head = ("| | Resource | Action | |", "|---|---|---|---|")
    sections = (
        fixed(marker(plan, about), f"### {_light(exit_code)} {where(plan, about)}: {_head(told)}"),
        fixed("", f"exit code {exit_code}: {_meaning(exit_code)}", ""),
        Section(head, (*unstuck, *rows)),
    )
    kept, dropped = fit(sections, BUDGET - RESERVED)
    lines = [line for section in kept for line in section.lines()]
    return "".join(f"{line}\n" for line in (*lines, *left_out(dropped, BUDGET)))


def _head(told: Sequence[Outcome]) -> str:
    return inert(ledger_head(told))


def _light(exit_code: int) -> str:
    return {0: "🟢", STILL_RUNNING: "🔵"}.get(exit_code, "🔴")


def _meaning(exit_code: int) -> str:
    """Contract 6, in a few words."""
    known = {
        0: "done",
        1: "failed before the first write",
        4: "failed after the first write",
        5: "the plan is stale",
        6: "refused by a guard",
        STILL_RUNNING: "in progress: the next apply goes on from there",
        130: "interrupted",
        143: "interrupted",
    }
    return known.get(exit_code, "failed")


def _row(found: Outcome, planned: PlannedChange | None) -> Piece:
    action = planned.action if planned else Action.NONE
    because = f"← {found.because} " if found.because is not None else ""
    hint = f"<br>{inert(found.error.hint)}" if found.error and found.error.hint else ""
    money = f"<br>{inert(said)}" if (said := beside(found, planned)) else ""
    detail = f"{inert(because + found.detail)}{money}{hint}"
    sign = f"{SIGNS[found.status]} **{found.status.value}**"
    line = f"| {sign} | {code(str(found.ref))} | {action.symbol} {action.word} | {detail} |"
    return Piece((line,), -list(SIGNS).index(found.status), f"{found.status.value} resource")


def _unstuck(left: PlannedChange) -> Piece:
    said = f"did not stick: {left.change.reason.text}"
    name, action = code(str(left.ref)), left.action
    line = f"| 🔴 **left** | {name} | {action.symbol} {action.word} | {inert(said)} |"
    return Piece((line,), 1, "change that did not stick")
