"""What a change costs, as far as anybody here can tell."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.diff.change import Action
from reconciler.plan.plan import Cost

if TYPE_CHECKING:
    from reconciler.diff.change import Change
    from reconciler.kinds.kind import Kind

NO_PRICES = Cost(None, None, "unknown: no prices are given for this kind")


def cost(change: Change, kind: Kind) -> Cost | None:
    """None for what costs nothing: only making something of a paid kind does."""
    spends = change.action in (Action.RUN, Action.REPLACE)
    return NO_PRICES if spends and kind.paid and not change.refusals else None
