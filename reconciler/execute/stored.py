"""Bytes that a record may have from elsewhere: compared before anything is built on them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.errors import ApiError, ContentError, ReconcilerError, Unauthenticated
from reconciler.live.state import StoredContent
from reconciler.live.verdicts import DIFFERENT, Verdict, checkable, verdicts, with_digests
from reconciler.manifest.digests import hashed_anew

if TYPE_CHECKING:
    from reconciler.execute.run import Run
    from reconciler.live.verdicts import FileVerdict


def require_declared(run: Run) -> None:
    """Raise ReconcilerError when a READY record holds other bytes than ``spec.source`` declares
    (fault model F44: no job is paid for to train on them). What the storage does not tell is said
    and is not *different* (contract 4.4)."""
    wrong = [each for each in _verdicts(run) if each.verdict in DIFFERENT]
    if wrong:
        names = ", ".join(each.key for each in wrong[:3])
        raise ReconcilerError(
            f"{run.name} is ready by now, with other bytes than spec.source declares: {names}",
            "somebody else filled it since the plan was made: plan again",
        )


def _verdicts(run: Run) -> tuple[FileVerdict, ...]:
    files, live = run.resource.files, run.live
    if files is None or live is None or not checkable(run.resource, live, run.kind):
        return ()
    content = _stored(run)
    try:
        found = verdicts(with_digests(files, content, run.kind, hashed_anew), content, run.kind)
    except OSError as error:
        raise ContentError(f"spec.source cannot be read: {error.strerror or error}") from error
    for each in found:
        if each.verdict is Verdict.UNVERIFIABLE:
            run.notice(f"{each.key}: its stored bytes were not compared: {each.why}")
    return found


def _stored(run: Run) -> StoredContent:
    try:
        return StoredContent(run.provider.content_facts(run.kind, run.id))
    except Unauthenticated:
        raise
    except (ApiError, ContentError) as error:
        return StoredContent({}, error.message)
