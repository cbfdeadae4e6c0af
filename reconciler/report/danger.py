"""How much a reviewer loses by overlooking a change: what is told first, and left out last."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.diff.change import Action

if TYPE_CHECKING:
    from reconciler.plan.plan import PlannedChange

LOSS, REFUSED, STAKE, EDIT, HARMLESS, STANDING = range(5, -1, -1)


def danger(planned: PlannedChange) -> int:
    """From 5 (data may be lost) through what is refused, what costs or publishes, and what edits,
    to 1 (something new) and 0 (nothing happens)."""
    if planned.action in (Action.DELETE, Action.REPLACE):
        return LOSS
    if planned.blocked_by:
        return REFUSED
    if planned.risk or planned.change.drift is not None:
        return STAKE
    if planned.action in (Action.UPDATE, Action.REPAIR):
        return EDIT
    return STANDING if planned.action is Action.NONE else HARMLESS
