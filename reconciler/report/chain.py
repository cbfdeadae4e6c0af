"""The longest chain of changes in words: with times only where an older run tells one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.plan.sizes import size_text
from reconciler.report.pace import seconds_text

if TYPE_CHECKING:
    from reconciler.plan.plan import Leg, Plan


def chain_text(plan: Plan) -> str:
    """``Critical path: + Dataset/chat (91 MB) → ▶ …Job/bot (about 2 h, as bot-41aa took)``;
    ``Longest chain: …`` where no time is known; "" where nothing waits. Not escaped."""
    path = plan.critical_path
    if not path:
        return ""
    title = "Critical path" if any(leg.seconds for leg in path) else "Longest chain"
    return f"{title}: {' → '.join(map(_leg, path))}"


def _leg(leg: Leg) -> str:
    known = [size_text(leg.bytes)] if leg.bytes else []
    if leg.seconds is not None:
        known.append(f"about {seconds_text(leg.seconds)}, as {leg.like} took")
    aside = f" ({', '.join(known)})" if known else ""
    return f"{leg.action.symbol} {leg.ref}{aside}"
