"""The plan after an apply waits for lists that do not show yet what the apply has made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.execute.clock import SECOND_LOOK
from reconciler.execute.create import LIST_LAG
from reconciler.execute.outcome import Status
from reconciler.kinds.identity import NaturalKey
from reconciler.kinds.registry import kind
from reconciler.tempo import tempo

if TYPE_CHECKING:
    from collections.abc import Callable
    from threading import Event

    from reconciler.execute.outcome import Outcome
    from reconciler.plan.plan import Plan, PlannedChange


def once_lists_show(outcomes: tuple[Outcome, ...], make: Callable[[], Plan], stop: Event) -> Plan:
    """The plan that ``make`` gives once every list shows what was made, or half a minute later.

    What bears an id of ours is asked for by name. What the platform names is known by its list
    alone, which may lag (fault model F19): without a little patience it would look vanished.
    """
    made = {outcome.ref for outcome in outcomes if outcome.status is Status.DONE}
    plan, waited = make(), 0.0
    while waited < LIST_LAG and any(_unlisted(each) and each.ref in made for each in plan.pending):
        if stop.wait(SECOND_LOOK / tempo()):
            break
        plan, waited = make(), waited + SECOND_LOOK
    return plan


def _unlisted(planned: PlannedChange) -> bool:
    named_by_server = isinstance(kind(planned.ref.kind).identity, NaturalKey)
    return named_by_server and planned.change.live is None
