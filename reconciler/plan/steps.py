"""The steps of a change: the very list that is shown and run (contract 4.5)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.diff.change import Action
from reconciler.kinds.kind import Readiness
from reconciler.plan.plan import Step, Verb
from reconciler.plan.sizes import counted, size_text

if TYPE_CHECKING:
    from reconciler.diff.change import Change
    from reconciler.kinds.kind import Kind
    from reconciler.manifest.file_set import FileSet

CREATE = Step(Verb.CREATE, "create")
VALIDATE = Step(Verb.VALIDATE, "validate")
READY = Step(Verb.WAIT, "wait until ready")
ENDED = Step(Verb.WAIT, "wait until it has ended")
DELETE = Step(Verb.DELETE, "delete")
CANCEL = Step(Verb.CANCEL, "cancel")


def steps(change: Change, kind: Kind) -> tuple[Step, ...]:
    """What ``execute`` does for the change; nothing for one that is refused."""
    if change.refusals:
        return ()
    match change.action:
        case Action.CREATE:
            return (CREATE, *_content(change, kind))
        case Action.RUN:
            # How long to wait for a run is the choice of --wait.
            return (CREATE,) if kind.runs_once else (CREATE, READY)
        case Action.UPDATE:
            return (_update(change), *((READY,) if kind.manners.rolls_out else ()))
        case Action.REPLACE:
            return (*_delete(change, kind), CREATE, *_content(change, kind))
        case Action.DELETE:
            return _delete(change, kind)
        case Action.REPAIR:
            return _repair(change, kind)
    return ()


def _content(change: Change, kind: Kind) -> tuple[Step, ...]:
    """Send and check the bytes. Being ready follows the check; without one it is waited for."""
    files = change.resource.files
    if kind.content is None or files is None:
        return (READY,)
    if kind.content.direct_limit is not None and files.total_bytes < kind.content.direct_limit:
        return (_upload(files), READY)
    return (_upload(files), VALIDATE)


def _upload(files: FileSet) -> Step:
    number, size = len(files.files), files.total_bytes
    detail = f"upload {counted(number, 'file')}, {size_text(size)}"
    return Step(Verb.UPLOAD, detail, number, size)


def _update(change: Change) -> Step:
    names = dict.fromkeys(f.path.partition(".")[0].partition("[")[0] for f in change.fields)
    return Step(Verb.UPDATE, f"update {', '.join(names)}")


def _repair(change: Change, kind: Kind) -> tuple[Step, ...]:
    """Only what is missing: never a second create. A record whose bytes came from elsewhere is
    validated, never sent; one that has no files at all is waited for."""
    update = (_update(change),) if change.fields else ()
    if change.resource.files is not None:
        return (*update, *_content(change, kind))
    if kind.content is not None and kind.content.needs_source:
        return (*update, VALIDATE)
    return (*update, READY)


def _delete(change: Change, kind: Kind) -> tuple[Step, ...]:
    """A job that still runs is cancelled first: whether it may be deleted is not documented.
    Where only what is ready may be deleted, that is waited for."""
    ended = (Readiness.READY, Readiness.FAILED)
    live = change.live
    if live is not None and kind.cancel_before_delete and kind.readiness(live.state) not in ended:
        return (CANCEL, ENDED, DELETE)
    coming_up = live is not None and kind.readiness(live.state) is Readiness.PENDING
    if coming_up and kind.manners.ready_before_delete:
        return (READY, DELETE)
    return (DELETE,)
