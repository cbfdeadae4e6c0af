"""US dollars for readers: one number, a range, or the reason why there is none."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from reconciler.plan.sizes import CENT, exact_usd
from reconciler.report.escape import escape

if TYPE_CHECKING:
    from reconciler.execute.outcome import Outcome
    from reconciler.plan.plan import Cost, PlannedChange

UNDER, NOTHING = "under $0.01", "$0.00"


def cost_text(cost: Cost) -> str:
    """``$28.00-37.00 (basis)``; ``unknown: …`` in the basis's own words. Where one end is not
    known, or nothing to speak of, the other stands alone: ``at least $28.00``, ``up to $37.00``."""
    low, high, basis = cost.usd_low, cost.usd_high, escape(cost.basis)
    known = _range(low, high)
    if not known:
        return basis if basis.startswith("unknown") else f"unknown{f' ({basis})' if basis else ''}"
    amount = f"{known} an hour" if cost.per_hour else known
    return f"{amount} ({basis})" if basis else amount


def _range(low: float | None, high: float | None) -> str:
    """ "" where nothing is known that would be worth a number."""
    least = f"${low or 0:,.2f}"
    if high is None:
        return f"at least {least}" if low and low >= CENT else ""
    most = usd_text(high)
    if most in (least, UNDER):
        return most
    return f"{least}-{most[1:]}" if least != NOTHING else f"up to {most}"


def usd_text(usd: float) -> str:
    """``$31.90``; a platform that charges less than a cent says so too."""
    return UNDER if 0 < usd < CENT else exact_usd(usd)


def beside(found: Outcome, planned: PlannedChange | None) -> str:
    """``the platform estimates $31.90, the plan $28.00-37.00``; "" when the platform does not."""
    if found.estimated_usd is None or planned is None or planned.cost is None:
        return ""
    ours = cost_text(replace(planned.cost, basis=""))
    return f"the platform estimates {usd_text(found.estimated_usd)}, the plan {ours}"
