"""The critical path in words: with times only where an older run tells one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.plan.sizes import size_text
from reconciler.report.escape import escape
from reconciler.report.pace import seconds_text
from reconciler.report.wrap import wrapped_between

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reconciler.plan.plan import Leg, Plan


ARROW = "→"


def chain_text(plan: Plan) -> str:
    """``Critical path: + Dataset/chat (91 MB) → ▶ …Job/bot (about 2 h, as bot-41aa took)``;
    "" where nothing waits. Not escaped."""
    return f" {ARROW} ".join(_parts(plan))


def chain_lines(plan: Plan, width: int) -> Iterator[str]:
    """The same, escaped, in lines that end between two of its parts."""
    return wrapped_between(list(map(escape, _parts(plan))), ARROW, width)


def _parts(plan: Plan) -> list[str]:
    legs = list(map(_leg, plan.critical_path))
    return [f"Critical path: {legs[0]}", *legs[1:]] if legs else []


def _leg(leg: Leg) -> str:
    known = [size_text(leg.bytes)] if leg.bytes else []
    if leg.seconds is not None:
        known.append(f"about {seconds_text(leg.seconds)}, as {leg.like} took")
    aside = f" ({', '.join(known)})" if known else ""
    return f"{leg.action.symbol} {leg.ref}{aside}"
