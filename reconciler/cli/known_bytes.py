"""The sha256 of every file that a plan would send: what was reviewed is held to its bytes.

A plan for the eye alone is not worth a reading of all weights. Whatever shows or takes a digest is,
and so is a saved plan: else other bytes of the same size would pass for those that were reviewed.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from reconciler.errors import ReconcilerError

if TYPE_CHECKING:
    from reconciler.cli.session import Session
    from reconciler.manifest.file_facts import FileMemory
    from reconciler.manifest.file_set import FileSet
    from reconciler.plan.plan import Plan, PlannedChange


def with_known_bytes(plan: Plan, session: Session) -> Plan:
    """The plan with the sha256 of all files of the changes that do something; read once, and from
    memory where they have not changed. Raises ReconcilerError: a file cannot be read."""
    from reconciler.cli.user_cache import user_cache
    from reconciler.manifest.checkout import Checkout
    from reconciler.manifest.file_facts import FileMemory

    if not any(map(_unknown, plan.changes)):
        return plan
    memory = FileMemory(user_cache(), checkout=Checkout(session.project.root))
    changes = tuple(_known(each, memory) if _unknown(each) else each for each in plan.changes)
    user_cache().flush()
    return replace(plan, changes=changes)


def _unknown(planned: PlannedChange) -> bool:
    files = planned.change.resource.files
    return (
        planned.action.word != "none"
        and files is not None
        and any(file.sha256 is None for file in files.files)
    )


def _known(planned: PlannedChange, memory: FileMemory) -> PlannedChange:
    change, files = planned.change, planned.change.resource.files
    if files is None:
        return planned
    manifest = replace(change.resource.manifest, files=_hashed(files, memory))
    return replace(
        planned, change=replace(change, resource=replace(change.resource, manifest=manifest))
    )


def _hashed(files: FileSet, memory: FileMemory) -> FileSet:
    from reconciler.manifest.digests import hashed

    try:
        done = tuple(hashed(file, memory, sha256=True) for file in files.files)
    except OSError as error:
        raise ReconcilerError(f"{files.shown or 'a file'}: {error.strerror or error}") from None
    return replace(files, files=done)
