"""Whose doing each change is: this revision's, an earlier one's, or the account's own.

The base (what a branch left, by default) is compared with the very snapshot that the plan was made
from. What the base would do too is no doing of this revision. Of that, a live resource that was
updated after its manifest last changed has drifted: somebody changed the account. That is a sign
and no proof, for the platform may touch a record by itself; there is no state file that knew.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from reconciler.diff.change import Action
from reconciler.live.verdicts import SOURCE
from reconciler.plan.moments import moment
from reconciler.plan.plan import Group

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from reconciler.desired.resource import DesiredState, Resource
    from reconciler.diff.change import Change
    from reconciler.manifest.file_set import LocalFile
    from reconciler.plan.plan import Plan, PlannedChange


@dataclass(frozen=True, slots=True)
class Base:
    """The project at ``commit``; ``touched`` says when a file (its path as shown) last changed
    there, RFC 3339 or "" where git does not know. ``edited`` are the absolute paths of the files
    that differ from it; asked only where no digest tells."""

    commit: str
    desired: DesiredState
    touched: Callable[[str], str]
    edited: Callable[[], frozenset[str]] = frozenset


def grouped(plan: Plan, before: Sequence[Change], base: Base) -> Plan:
    """The plan with a group at everything that it does or finds drifted. ``before`` are the changes
    that the base asks for, against the same snapshot."""
    asked = {change.ref: change for change in before}
    changes = tuple(_grouped(planned, asked.get(planned.ref), base) for planned in plan.changes)
    return replace(plan, changes=changes, base=base.commit)


def _grouped(planned: PlannedChange, before: Change | None, base: Base) -> PlannedChange:
    if planned.action is Action.NONE and planned.change.drift is None:
        return planned
    return replace(planned, group=_group(planned.change, before, base))


def _group(change: Change, before: Change | None, base: Base) -> Group:
    if before is None or not _same(change, before, base):
        return Group.THIS_CHANGE
    if change.drift is not None:
        return Group.DRIFT
    return Group.DRIFT if _changed_by_hand(before, base) else Group.PENDING


def _changed_by_hand(before: Change, base: Base) -> bool:
    """Whether the record was updated after the manifest that it differs from."""
    live = before.live
    if live is None or before.action is not Action.UPDATE:
        return False
    updated, declared = (
        moment(live.update_time),
        moment(base.touched(before.resource.location.path)),
    )
    return updated is not None and declared is not None and updated > declared


def _same(change: Change, before: Change, base: Base) -> bool:
    """Whether both ask for the same. Of files the digest counts where both sides know it, else what
    git says of them: only what needs digests is hashed."""
    return (
        (change.action, change.resource.name) == (before.action, before.resource.name)
        and _fields(change) == _fields(before)
        and _written(change.resource) == _written(before.resource)
        and _same_files(change.resource, before.resource, base)
    )


def _fields(change: Change) -> set[str]:
    """Which fields of the manifest differ; those that follow from its files say nothing new."""
    written = (*change.resource.manifest.spec, SOURCE)
    paths = (field.path for field in change.fields)
    return {path for path in paths if path.partition(".")[0].partition("[")[0] in written}


def _written(resource: Resource) -> dict[str, Any]:
    """What the manifest sets, references expanded; without what follows from its files."""
    return {key: resource.spec.get(key) for key in resource.manifest.spec}


def _same_files(one: Resource, other: Resource, base: Base) -> bool:
    ours, theirs = _by_key(one), _by_key(other)
    return ours.keys() == theirs.keys() and all(
        file.size == theirs[key].size and _same_bytes(file, theirs[key], base)
        for key, file in ours.items()
    )


def _by_key(resource: Resource) -> dict[str, LocalFile]:
    files = resource.files.files if resource.files is not None else ()
    return {file.key: file for file in files}


def _same_bytes(one: LocalFile, other: LocalFile, base: Base) -> bool:
    if one.sha256 and other.sha256:
        return one.sha256 == other.sha256
    return os.fspath(one.path) not in base.edited()
