"""What a change that does nothing means to what depends on it: judged from the plan alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.diff.diff import NOT_READ
from reconciler.diff.refusals import again
from reconciler.execute.describe import describe, failure
from reconciler.execute.options import Wait
from reconciler.execute.outcome import Outcome, Status
from reconciler.execute.run_change import Settled
from reconciler.kinds.kind import Readiness
from reconciler.kinds.registry import kind

if TYPE_CHECKING:
    from reconciler.execute.options import ExecuteOptions
    from reconciler.live.state import LiveResource
    from reconciler.plan.plan import PlannedChange


def standing(planned: PlannedChange, options: ExecuteOptions) -> Settled | None:
    """The outcome of an unchanged resource, None when it still has to be waited for.

    A job that failed has run: that is no failure of this apply unless ``--wait ready`` was
    asked for, but nothing can build on it.
    """
    ref, live, reason = planned.ref, planned.change.live, planned.change.reason
    if reason.code == NOT_READ:
        return Settled(Outcome(ref, Status.SKIPPED, reason.text), usable=False)
    if live is None:
        return Settled(Outcome(ref, Status.DONE, reason.text), usable=True)
    meaning = kind(live.kind).readiness(live.state)
    if meaning is Readiness.READY:
        return Settled(Outcome(ref, Status.DONE, describe(live)), usable=True)
    if meaning is Readiness.DELETED and planned.change.resource.absent:
        return Settled(Outcome(ref, Status.DONE, reason.text), usable=True)  # as it was asked for
    if meaning is Readiness.FAILED:
        return _has_failed(planned, live, options)
    if meaning is not Readiness.VANISHING and _waited_for(planned, options):
        return None
    return Settled(Outcome(ref, Status.RUNNING, describe(live)), usable=False)


def _waited_for(planned: PlannedChange, options: ExecuteOptions) -> bool:
    """A job, and what comes up by itself; what waits for bytes, or is in a state that nobody here
    knows, would be waited for in vain."""
    owner, live = kind(planned.ref.kind), planned.change.live
    comes_up = live is not None and owner.readiness(live.state) is Readiness.PENDING
    if not owner.runs_once and (owner.content is not None or not comes_up):
        return False
    return Wait.for_kind(owner, options.wait) is Wait.READY


def _has_failed(planned: PlannedChange, live: LiveResource, options: ExecuteOptions) -> Settled:
    owner = kind(planned.ref.kind)
    error = failure(live, again(planned.change.resource, owner))
    if options.wait is Wait.READY or not owner.runs_once:
        outcome = Outcome(planned.ref, Status.FAILED, error.message, error=error)
    else:
        outcome = Outcome(planned.ref, Status.DONE, f"has run: {describe(live)}")
    return Settled(outcome, usable=False)
