"""Upload: all bytes of a record that waits for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.errors import (
    AlreadyExists,
    AnswerLost,
    ContentError,
    ReconcilerError,
)
from reconciler.execute.clock import SECOND_LOOK
from reconciler.execute.sending import Sending
from reconciler.kinds.kind import Readiness

if TYPE_CHECKING:
    from reconciler.execute.run import Run, Waiting
    from reconciler.manifest.file_set import FileSet

TRIES = 3


def check_sendable(run: Run) -> None:
    """Raise before the first write when a file to be sent is not on this disk."""
    files = run.resource.files
    if files is None or files.sendable:
        return
    absent = next(file for file in files.files if file.identity is None)
    raise ContentError(
        f"{absent.key}: its bytes are not on this disk ({absent.why_absent or 'missing file'})",
        "git lfs pull",
    )


def upload(run: Run) -> Waiting[None]:
    """Send all files of a record that waits for them; a READY one needs none."""
    if not run.created and ready_meanwhile(run):
        run.needs_validation, run.elsewhere = False, True
        return
    files = run.resource.files
    if files is None:
        return
    for last in (False,) * (TRIES - 1) + (True,):
        done = yield from _send(run, files, last)
        if done:
            run.sent = tuple(file.key for file in files.files)
            return


def _send(run: Run, files: FileSet, last: bool) -> Waiting[bool]:
    try:
        run.needs_validation = run.write(
            lambda: run.provider.send_content(run.kind, run.id, files, Sending(run, files))
        )
    except AlreadyExists:
        run.needs_validation = run.elsewhere = True
    except AnswerLost:
        # A direct upload is one POST: the state tells whether it arrived (appendix B).
        ready = yield from _ready_after_all(run)
        if not ready and last:
            raise
        run.elsewhere = run.elsewhere or ready
        run.needs_validation = run.needs_validation and not ready
        return ready
    return True


def _ready_after_all(run: Run) -> Waiting[bool]:
    if ready_meanwhile(run):
        return True
    yield from run.pause(SECOND_LOOK)
    return ready_meanwhile(run)


def ready_meanwhile(run: Run) -> bool:
    """Read the record again: is there nothing left to send? Raises when it is gone."""
    live = run.read()
    if live is None:
        # Reads may lag behind the create that we made ourselves: no news is no change.
        if run.created:
            return False
        raise ReconcilerError(f"{run.resource.name} is gone since the plan was made")
    run.check_incarnation(live)
    run.live = live
    return run.readiness(live) is Readiness.READY
