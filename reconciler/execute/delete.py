"""Cancel and delete: the incarnation that was planned, and no other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.diff.change import Action
from reconciler.errors import AnswerLost, FailedPrecondition, ReconcilerError
from reconciler.execute.clock import PAUSES, delays
from reconciler.execute.describe import describe
from reconciler.execute.event import EventType
from reconciler.execute.users import users_now
from reconciler.kinds.kind import Readiness

if TYPE_CHECKING:
    from reconciler.execute.run import Run, Waiting
    from reconciler.live.state import LiveResource

UNLINKING = (5.0, 10.0, 15.0, 20.0)
"""Pauses while the platform still takes for used what this apply has just let go of: the link from
a model to its deployment lags by tens of seconds, and these are the waits that its users found to
suffice (fact sheet 3.2)."""
ENDED = (Readiness.READY, Readiness.FAILED, Readiness.VANISHING)


def cancel(run: Run) -> None:
    """Ask a running job to end; one that has ended is left alone."""
    live = _planned_incarnation(run)
    if live is None or run.readiness(live) in ENDED:
        return
    try:
        run.write(lambda: run.provider.cancel(run.kind, run.id))
    except FailedPrecondition:
        run.notice("it ended before the cancel arrived")
    except AnswerLost:
        run.notice("the answer to the cancel was lost: its state will show")


def delete(run: Run) -> Waiting[None]:
    """Delete and wait until it is gone. Already gone is done.

    Looked at before each try: between a lost answer and the next try somebody else may have made
    a new resource under the name (fault model R4, R9).
    """
    let_go = run.planned.action is Action.DELETE and run.planned.depends_on
    pauses = {AnswerLost: iter(PAUSES), FailedPrecondition: iter(UNLINKING if let_go else ())}
    while (live := _planned_incarnation(run)) is not None and _to_go(run, live):
        try:
            _send(run, live)
        except (AnswerLost, FailedPrecondition) as error:
            pause = next(pauses[type(error)], None)
            if pause is None:
                raise
            yield from run.pause(pause)
        else:
            yield from _wait_gone(run)
            break
    if not run.running:
        run.live = None


def _to_go(run: Run, live: LiveResource) -> bool:
    return _purges(run) or not _gone(run, live)


def _send(run: Run, live: LiveResource) -> None:
    if run.readiness(live) is Readiness.VANISHING:
        return
    users = users_now(run, live)
    if users:
        said = f"{live.name} is used by {', '.join(users[:3])} since the plan was made"
        raise FailedPrecondition(said, hint="delete what uses it first")
    try:
        if _purges(run):
            run.write(lambda: run.provider.delete(run.kind, run.id, purge=True))
        else:
            run.write(lambda: run.provider.delete(run.kind, run.id))
    except FailedPrecondition as error:
        error.hint = error.hint or run.kind.manners.delete_hint or None
        raise


def _purges(run: Run) -> bool:
    """Only what is made again at once needs its id at once; a plain delete can be taken back."""
    return bool(run.kind.manners.purge) and run.planned.action is Action.REPLACE


def _gone(run: Run, live: LiveResource) -> bool:
    return run.readiness(live) is Readiness.DELETED


def _planned_incarnation(run: Run) -> LiveResource | None:
    live = run.read()
    if live is not None:
        run.check_incarnation(live)
        if run.live is None or not (run.live.create_time and live.create_time):
            raise ReconcilerError(
                f"{live.name} has no createTime: it may not be the one that was planned"
            )
    return live


def _wait_gone(run: Run) -> Waiting[None]:
    for delay in delays():
        live = run.read()
        # A new resource that somebody made under the name: ours is gone all the same.
        if live is None or run.is_another(live) or (_gone(run, live) and not _purges(run)):
            return
        if not run.in_time(delay):
            run.running = f"{describe(live)}: the delete is under way"
            return
        run.tell(EventType.PROGRESS, describe(live))
        yield from run.pause(delay)
