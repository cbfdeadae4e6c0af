"""Upload and validate: every byte is acknowledged before anybody is asked to check it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.errors import (
    AlreadyExists,
    AnswerLost,
    ContentError,
    FailedPrecondition,
    ReconcilerError,
)
from reconciler.execute.clock import FIRST_DELAY, next_delay
from reconciler.execute.event import EventType
from reconciler.execute.options import Wait
from reconciler.kinds.kind import Readiness

if TYPE_CHECKING:
    from reconciler.execute.run import Run, Waiting
    from reconciler.manifest.file_set import FileSet
    from reconciler.provider import ByteProgress

TRIES = 3
SECOND_LOOK = 2.0


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
    if not run.created and _ready_meanwhile(run):
        run.needs_validation = False
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
            lambda: run.provider.send_content(run.kind, run.id, files, _progress(run, files))
        )
    except AlreadyExists:
        run.needs_validation = True
    except AnswerLost:
        # A direct upload is one POST: the state tells whether it arrived (appendix B).
        ready = yield from _ready_after_all(run)
        if not ready and last:
            raise
        run.needs_validation = run.needs_validation and not ready
        return ready
    return True


def _ready_after_all(run: Run) -> Waiting[bool]:
    if _ready_meanwhile(run):
        return True
    yield from run.pause(SECOND_LOOK)
    return _ready_meanwhile(run)


def _ready_meanwhile(run: Run) -> bool:
    """Read the record again: is there nothing left to send?"""
    live = run.read()
    if live is None:
        # Reads may lag behind the create that we made ourselves: no news is no change.
        if run.created:
            return False
        raise ReconcilerError(f"{run.resource.name} is gone since the plan was made")
    run.check_incarnation(live)
    run.live = live
    return run.readiness(live) is Readiness.READY


def _progress(run: Run, files: FileSet) -> ByteProgress:
    """Adds up the bytes of all files; raises Interrupted, which stops the sending."""
    # Filled beforehand: several senders report at once, and a sum must not see it grow.
    sent = dict.fromkeys((file.key for file in files.files), 0)
    total = files.total_bytes

    def progress(key: str, so_far: int, _in_all: int) -> None:
        run.check_stop()
        sent[key] = so_far
        run.tell(EventType.PROGRESS, "uploading", sum(sent.values()), total)

    return progress


def validate(run: Run) -> Waiting[None]:
    """Ask for ``:validateUpload`` until the platform has all files. Raises ContentError when it
    still misses some at the deadline, with the files it was told of."""
    if not run.needs_validation:
        return
    delay = FIRST_DELAY
    while not _validated(run):
        if Wait.for_kind(run.kind, run.options.wait) is Wait.NONE:
            run.running = "the platform still checks the files"
            return
        if not run.in_time(delay):
            raise _never_complete(run)
        run.tell(EventType.PROGRESS, "files are still landing")
        yield from run.pause(delay)
        delay = next_delay(delay)


def _validated(run: Run) -> bool:
    try:
        run.write(lambda: run.provider.validate_content(run.kind, run.id))
    except AlreadyExists:
        return True
    except (FailedPrecondition, AnswerLost):
        # Another run may have finished it, or our own unheard call: the state decides.
        return _ready_meanwhile(run)
    return True


def _never_complete(run: Run) -> ContentError:
    expected = _expected(run)
    missing = [key for key in expected if key not in run.sent]
    return ContentError(
        f"the platform still misses files after {run.options.timeout_seconds:.0f} s; "
        f"expected {_names(expected)}; sent in this run {_names(run.sent)}; "
        f"not sent {_names(missing)}",
        "apply again to go on from here; files under other names are a usual cause",
    )


def _expected(run: Run) -> tuple[str, ...]:
    files = run.resource.files
    if files is not None:
        return tuple(file.key for file in files.files)
    details = run.live.body.get("baseModelDetails") if run.live is not None else None
    names = details.get("huggingfaceFiles") if isinstance(details, dict) else None
    return tuple(str(name) for name in names or ())


def _names(names: tuple[str, ...] | list[str]) -> str:
    shown = ", ".join(names[:20]) or "none"
    return f"{len(names)} ({shown}{', …' if len(names) > 20 else ''})"
