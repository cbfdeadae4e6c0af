"""Create: look, POST under the chosen id, and on any doubt look again. Never a second id."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.diff.compare import compare
from reconciler.errors import AlreadyExists, AnswerLost, FailedPrecondition, ReconcilerError
from reconciler.execute.clock import SECOND_LOOK, delays
from reconciler.execute.find import find, look_alike, output_model_exists
from reconciler.kinds.identity import NaturalKey
from reconciler.kinds.kind import Readiness

if TYPE_CHECKING:
    from reconciler.execute.run import Run, Waiting
    from reconciler.live.state import LiveResource

LIST_LAG = 30.0  # how long a list may miss what was made
VISIBLE_WITHIN = 60.0  # how long reads may lag behind a record that the platform says exists
TRIES = 3
TRIES_ONCE = 2  # what costs money, or has no id of ours, is sent once more and no more


def create(run: Run) -> Waiting[None]:
    """Make the resource, or adopt the equal one that is there already.

    Raises ReconcilerError when something different bears the name, AnswerLost when nothing is
    to be seen after the last try.
    """
    found = find(run) or _made_meanwhile(run)
    if found is not None:
        _refuse_held_id(run, found)
        _adopt(run, found)
        return
    for last in (False,) * (_tries(run) - 1) + (True,):
        done = yield from _send(run, last)
        if done:
            return


def _tries(run: Run) -> int:
    once = run.kind.runs_once or run.kind.paid or _named_by_server(run)
    return TRIES_ONCE if once else TRIES


def _send(run: Run, last: bool) -> Waiting[bool]:
    """One POST; whether the resource is known to be there now."""
    resource = run.resource
    try:
        made = run.write(lambda: run.provider.create(run.kind, resource.id, resource.spec))
    except AlreadyExists:
        found = yield from _become_visible(run)
    except FailedPrecondition:
        # Without an id of ours "it is there already" may be told so: the list decides, once it
        # shows what was made a moment ago (fault model F19).
        twin = (yield from _look_twice(run)) if _named_by_server(run) else None
        if twin is None:
            raise
        found = twin
    except AnswerLost as lost:
        seen = yield from _look_twice(run)
        if seen is None:
            return _lost(run, lost, last)
        found = seen
    else:
        run.live, run.created = made, True
        return True
    _adopt(run, found)
    return True


def _look_twice(run: Run) -> Waiting[LiveResource | None]:
    """By id two looks suffice; a list shows later what was made (fault model F19)."""
    found, left = find(run), LIST_LAG if _named_by_server(run) else SECOND_LOOK
    while found is None and left > 0:
        yield from run.pause(SECOND_LOOK)
        found, left = find(run), left - SECOND_LOOK
    return found


def _named_by_server(run: Run) -> bool:
    return isinstance(run.kind.identity, NaturalKey)


def _lost(run: Run, lost: AnswerLost, last: bool) -> bool:
    """Nothing is to be seen of a create whose answer did not arrive: may it be sent again?"""
    if output_model_exists(run):
        seen = f"the job is not visible, but its output model {run.resource.output_model} is"
        raise _in_doubt(seen) from lost
    other = look_alike(run)
    if other is not None:
        raise _in_doubt(
            f"{other.name} is new and looks the same, but makes another model"
        ) from lost
    if last:
        raise lost
    same = "" if _named_by_server(run) else " under the same id"
    run.notice(f"the answer to the create was lost and nothing was made: sent again{same}")
    return False


def _in_doubt(seen: str) -> ReconcilerError:
    return ReconcilerError(
        f"the answer to the create was lost; {seen}: not sent again",
        "the platform gives no firmer guarantee here; look at the job list, then apply again",
    )


def _become_visible(run: Run) -> Waiting[LiveResource]:
    """The record that the platform says exists; reads may lag behind writes for a while."""
    waited = 0.0
    for delay in delays():
        found = find(run)
        if found is not None:
            return found
        if waited > VISIBLE_WITHIN:
            break
        yield from run.pause(delay)
        waited += delay
    raise ReconcilerError(
        f"{run.name} exists according to the platform, but cannot be read",
        "a deleted resource may still hold the id: wait, or choose another name",
    )


def _adopt(run: Run, found: LiveResource) -> None:
    """Take what is there for ours when every field that the manifest sets is equal."""
    differences = compare(run.resource, found)
    if differences:
        fields = ", ".join(change.path for change in differences)
        raise ReconcilerError(
            f"{found.name} already exists and differs in {fields}",
            "somebody else made it since the plan was made: plan again",
        )
    run.live, run.elsewhere = found, True
    run.notice("already there and equal: adopted")


def _refuse_held_id(run: Run, found: LiveResource) -> None:
    if run.readiness(found) is Readiness.DELETED:
        raise ReconcilerError(
            f"{found.name} was deleted, and its record still holds the id",
            "wait until it is purged, undelete it on the platform, or choose another name",
        )


def _made_meanwhile(run: Run) -> LiveResource | None:
    """Where the output model is there, the job that another run started, and that has ended, since
    the first look. Raises when there is none: then something else made that model."""
    if not output_model_exists(run):
        return None
    found = find(run)
    if found is None:
        raise ReconcilerError(
            f"the output model {run.resource.output_model} already exists: nothing was started",
            "plan again: the job has run, or something else made that model",
        )
    return found
