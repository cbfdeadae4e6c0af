"""US dollars for readers: one number, a range, or the reason why there is none."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from reconciler.report.escape import escape

if TYPE_CHECKING:
    from reconciler.execute.outcome import Outcome
    from reconciler.plan.plan import Cost, PlannedChange

CENT = 0.01


def cost_text(cost: Cost) -> str:
    """``$28.00-37.00 (basis)``; ``unknown: …`` in the basis's own words."""
    low, high, basis = cost.usd_low, cost.usd_high, escape(cost.basis)
    if low is None or high is None:
        return basis if basis.startswith("unknown") else f"unknown ({basis})"
    if 0 < high < CENT:
        return f"under $0.01 ({basis})" if basis else "under $0.01"
    same = f"{low:.2f}" == f"{high:.2f}"
    amount = f"${low:,.2f}" if same else f"${low:,.2f}-{high:,.2f}"
    amount += " an hour" if cost.per_hour else ""
    return f"{amount} ({basis})" if basis else amount


def usd_text(usd: float) -> str:
    """``$31.90``; a platform that charges less than a cent says so too."""
    return "under $0.01" if 0 < usd < CENT else f"${usd:,.2f}"


def beside(found: Outcome, planned: PlannedChange | None) -> str:
    """``the platform estimates $31.90, the plan $28.00-37.00``; "" when the platform does not."""
    if found.estimated_usd is None or planned is None or planned.cost is None:
        return ""
    ours = "unknown" if planned.cost.usd_low is None else cost_text(replace(planned.cost, basis=""))
    return f"the platform estimates {usd_text(found.estimated_usd)}, the plan {ours}"
