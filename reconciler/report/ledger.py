"""What became of an apply: counts first, then who is done, running, waiting, failed and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.diff.change import Action
from reconciler.execute.exit_code import did_not_stick
from reconciler.execute.outcome import Status
from reconciler.report.escape import escape
from reconciler.report.money import beside

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from reconciler.execute.outcome import Outcome
    from reconciler.plan.plan import Plan, PlannedChange
    from reconciler.report.style import Style

COLOUR = {
    Status.DONE: "green",
    Status.RUNNING: "cyan",
    Status.WAITING: "yellow",
    Status.FAILED: "red",
    Status.SKIPPED: "yellow",
    Status.BLOCKED: "red",
}
WORDS = {Status.RUNNING: "still running"}


def render_outcomes(
    outcomes: Sequence[Outcome], plan: Plan, style: Style, remaining: Sequence[PlannedChange] = ()
) -> str:
    """The ledger, ending with a newline. Unchanged resources count only when something is to be
    said of them: a job of an earlier run that still runs, or that failed. ``remaining``: what a
    plan made afterwards still asks for; what was done and comes back is told with its reason."""
    planned = {change.ref: change for change in plan.changes}
    told = told_outcomes(outcomes, plan)
    lines = [style.paint(ledger_head(told), "bold")]
    width = max((len(str(found.ref)) for found in told), default=0)
    for status in Status:
        for found in told:
            if found.status is status:
                lines += _lines(found, planned.get(found.ref), style, width)
    lines += [_unstuck(left, style) for left in did_not_stick(outcomes, remaining)]
    return style.plain("\n".join(lines) + "\n")


def told_outcomes(outcomes: Sequence[Outcome], plan: Plan) -> list[Outcome]:
    """Those worth a line: all but what was to stay as it is, and did."""
    standing = {change.ref for change in plan.changes if change.action is Action.NONE}
    return [o for o in outcomes if o.status is not Status.DONE or o.ref not in standing]


def ledger_head(told: Sequence[Outcome]) -> str:
    """``Applied 2 of 4 · 1 still running · 1 blocked``."""
    if not told:
        return "Nothing to do: the account matches the manifests."
    numbers = {status: sum(found.status is status for found in told) for status in Status}
    rest = [
        f"{number} {WORDS.get(status, status.value)}"
        for status, number in numbers.items()
        if number and status is not Status.DONE
    ]
    return " · ".join([f"Applied {numbers[Status.DONE]} of {len(told)}", *rest])


def _lines(
    found: Outcome, planned: PlannedChange | None, style: Style, width: int
) -> Iterator[str]:
    action = planned.action if planned else Action.NONE
    word = style.paint(f"{found.status.value:<7}", COLOUR[found.status])
    ref = f"{escape(str(found.ref)):<{width}}"
    yield f"  {word}  {action.symbol} {ref}  {_why(found, action)}".rstrip()
    if found.error is not None and found.error.hint:
        yield f"  {'':<7}    hint: {escape(found.error.hint)}"
    if money := beside(found, planned):
        yield f"  {'':<7}    {money}"


def _unstuck(left: PlannedChange, style: Style) -> str:
    fields = ", ".join(field.path for field in left.change.fields)
    what = f"{left.action.word} {fields}".strip()
    words = f"did not stick: {what}: {left.change.reason.text}"
    return f"  {style.paint('left   ', 'red')}  {left.action.symbol} {left.ref}  {escape(words)}"


def _why(found: Outcome, action: Action) -> str:
    because = f"← {found.because}" if found.because is not None else ""
    detail = found.detail or (action.word if found.status is Status.DONE else "")
    if found.status is Status.RUNNING:
        detail += " — the next apply goes on from there"
    return escape("  ".join(part for part in (because, detail) if part))
