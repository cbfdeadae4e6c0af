"""One change from its first step to its outcome; whatever happens in it ends as an Outcome."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from reconciler.diff.change import Action
from reconciler.errors import Interrupted, ReconcilerError
from reconciler.execute.create import create
from reconciler.execute.delete import cancel, delete
from reconciler.execute.describe import describe
from reconciler.execute.event import EventType
from reconciler.execute.outcome import Outcome, Status
from reconciler.execute.run import at_once
from reconciler.execute.stored import require_declared
from reconciler.execute.update import update
from reconciler.execute.upload import check_sendable, upload
from reconciler.execute.validate import validate
from reconciler.execute.wait import settle, wait_terminal
from reconciler.live.said import estimated_usd
from reconciler.plan.plan import Verb

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from reconciler.execute.run import Run, Waiting

STEPS: Mapping[Verb, Callable[[Run], Waiting[None]]] = {
    Verb.CREATE: create,
    Verb.UPLOAD: upload,
    Verb.VALIDATE: validate,
    Verb.UPDATE: update,
    Verb.CANCEL: at_once(cancel),
    Verb.DELETE: delete,
}
SETTLED_BY_ITSELF = (Action.UPDATE, Action.DELETE)


@dataclass(frozen=True, slots=True)
class Settled:
    """An outcome, and whether what depends on the resource may use it now."""

    outcome: Outcome
    usable: bool


def run_change(run: Run) -> Waiting[Settled]:
    """Run all steps of one change; never raises, errors become FAILED outcomes."""
    run.tell(EventType.STARTED, run.planned.action.word)
    try:
        yield from _steps(run)
    except Interrupted:
        return _interrupted(run)
    except ReconcilerError as error:
        # Once a stop was asked for, calls that it cut short fail in many ways.
        return _interrupted(run) if run.options.stop.is_set() else failed(run, error)
    except Exception as error:
        return failed(run, _unexpected(run, error))
    return _through(run)


def _steps(run: Run) -> Waiting[None]:
    if any(step.verb is Verb.UPLOAD for step in run.planned.steps):
        check_sendable(run)
    previous: Verb | None = None
    for step in run.planned.steps:
        run.begin(step.verb.value)
        run.tell(EventType.STEP, step.detail)
        yield from _one(run, step.verb, previous)
        if run.running:
            return
        previous = step.verb
    if previous is not Verb.WAIT and run.planned.action not in SETTLED_BY_ITSELF:
        run.begin(Verb.WAIT.value)
        yield from settle(run)
    if run.elsewhere and not run.running:
        require_declared(run)


def _one(run: Run, verb: Verb, previous: Verb | None) -> Waiting[None]:
    """A ``wait`` means what came before it: the end of a cancelled job, or being ready."""
    if verb is not Verb.WAIT:
        yield from STEPS[verb](run)
    elif previous is Verb.CANCEL:
        yield from wait_terminal(run)
    elif previous is not Verb.DELETE:  # delete itself waits until the resource is gone
        yield from settle(run)


def _through(run: Run) -> Settled:
    usd = estimated_usd(run.live.body) if run.live is not None else None
    status = Status.RUNNING if run.running else Status.DONE
    said = run.running or _done(run)
    outcome = Outcome(run.ref, status, said, wrote=run.wrote, estimated_usd=usd)
    return Settled(outcome, usable=not run.running)


def _done(run: Run) -> str:
    words = {Action.DELETE: "deleted", Action.UPDATE: "updated"}
    state = describe(run.live) if run.live is not None else ""
    return words.get(run.planned.action, state)


def _interrupted(run: Run) -> Settled:
    if run.kind.runs_once and run.live is not None:
        # A job whose record stands goes on by itself, whoever watches.
        detail, status = f"{describe(run.live)} when interrupted", Status.RUNNING
    else:
        where = f" during {run.verb}" if run.verb else ""
        detail, status = f"interrupted{where}: the next apply goes on from there", Status.SKIPPED
    return Settled(Outcome(run.ref, status, detail, wrote=run.wrote), usable=False)


def failed(run: Run, error: ReconcilerError) -> Settled:
    outcome = Outcome(run.ref, Status.FAILED, error.message, error=error, wrote=run.wrote)
    return Settled(outcome, usable=False)


def _unexpected(run: Run, error: Exception) -> ReconcilerError:
    """A fault of ours, told in one line; the cause stays attached for whoever looks closer."""
    wrapped = ReconcilerError(
        f"unexpected failure in {run.verb or 'its first step'}: {error}"[:500],
        "please report this with the plan; apply again goes on from here",
    )
    wrapped.__cause__ = error
    return wrapped
