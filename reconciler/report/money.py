"""US dollars for readers: one number, a range, or the reason why there is none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.report.escape import escape

if TYPE_CHECKING:
    from reconciler.plan.plan import Cost


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
