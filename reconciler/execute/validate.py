"""Validate: asked only after every byte was acknowledged, and again while files are landing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.errors import AlreadyExists, AnswerLost, ContentError, FailedPrecondition
from reconciler.execute.clock import delays
from reconciler.execute.event import EventType
from reconciler.execute.options import Wait
from reconciler.execute.upload import ready_meanwhile

if TYPE_CHECKING:
    from reconciler.execute.run import Run, Waiting


def validate(run: Run) -> Waiting[None]:
    """Ask for ``:validateUpload`` until the platform has all files. Raises ContentError when it
    still misses some at the deadline, with the files it was told of."""
    if not run.needs_validation:
        return
    for delay in delays():
        if _validated(run):
            return
        if Wait.for_kind(run.kind, run.options.wait) is Wait.NONE:
            run.running = "the platform is still checking the files"
            return
        if not run.in_time(delay):
            raise _never_complete(run)
        run.tell(EventType.PROGRESS, "files are still arriving")
        yield from run.pause(delay)


def _validated(run: Run) -> bool:
    try:
        run.write(lambda: run.provider.validate_content(run.kind, run.id))
    except AlreadyExists:
        return True
    except (FailedPrecondition, AnswerLost):
        # Another run may have finished it, or our own unheard call: the state decides.
        return ready_meanwhile(run)
    return True


def _never_complete(run: Run) -> ContentError:
    expected = _expected(run)
    missing = [key for key in expected if key not in run.sent]
    return ContentError(
        f"files are still missing on the platform after {run.options.timeout_seconds:.0f} s; "
        f"expected {_names(expected)}; sent in this run {_names(run.sent)}; "
        f"not sent {_names(missing)}",
        "apply again to go on from here; wrong file names are a common cause",
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
