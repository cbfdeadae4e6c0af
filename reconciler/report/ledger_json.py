"""An apply for machines: its plan, what became of each change, and how the run ended."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reconciler.canonical import document_text
from reconciler.report.json_plan import plan_document

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reconciler.execute.outcome import Outcome
    from reconciler.plan.plan import Plan, PlannedChange


def ledger_json(
    plan: Plan, outcomes: Sequence[Outcome], left: Sequence[PlannedChange], exit_code: int
) -> str:
    """One document: ``plan``, ``outcomes[] {ref, status, detail, because, wrote, hint,
    estimated_usd}`` (what the platform says that the job costs), ``left[]`` (refs that a plan made
    afterwards still asks for) and ``exit_code``."""
    document = {
        "plan": plan_document(plan),
        "outcomes": [_outcome(outcome) for outcome in outcomes],
        "left": [str(change.ref) for change in left],
        "exit_code": exit_code,
    }
    return document_text(document)


def outcomes_json(outcomes: Sequence[Outcome]) -> str:
    """What was waited for: ``outcomes[]`` alone."""
    return document_text({"outcomes": [_outcome(outcome) for outcome in outcomes]})


def _outcome(outcome: Outcome) -> dict[str, Any]:
    return {
        "ref": str(outcome.ref),
        "status": outcome.status.value,
        "detail": outcome.detail,
        "because": str(outcome.because) if outcome.because else None,
        "wrote": outcome.wrote,
        "hint": outcome.error.hint if outcome.error else None,
        "estimated_usd": outcome.estimated_usd,
    }
