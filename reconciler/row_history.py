"""Which rows of a dataset are new against the version of its file that git has."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING

from reconciler.manifest.manifest import IdStrategy

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from reconciler.desired.resource import DesiredState, Resource
    from reconciler.live.state import LiveState
    from reconciler.manifest.row_change import RowChange
    from reconciler.ref import ResourceRef

SHORT = 7  # characters of a commit, as git abbreviates it


def row_changes(
    desired: DesiredState, live: LiveState, root: Path | None
) -> dict[ResourceRef, RowChange]:
    """Of every dataset that would become a new version of a live one, and whose file git knows too:
    that at the merge base with the main branch, else the one before the last commit of the file.

    Reads git only when there is such a dataset. What cannot be read or counted is left out.
    """
    if root is None:
        return {}
    older = {_stem(name) for name in live.resources}
    anew = (one for one in desired.resources.values() if _stem(one.name) in older)
    paths = {one.ref: path for one in anew if (path := _new(one, live))}
    if not paths:
        return {}
    from reconciler.git.changes import differing_from, previous_commit  # only a new version pays
    from reconciler.git.commits import merge_base

    base = merge_base(root) or "HEAD"
    changed = differing_from(root, base, paths.values())
    found = {}
    for ref, path in paths.items():
        since = base if os.fspath(path) in changed else previous_commit(root, path)
        change = _compared(root, since, path) if since else None
        if change is not None:
            found[ref] = change
    return found


def _stem(name: str) -> str:
    """What the versions of a resource have in common, before the digest."""
    return name.rpartition("-")[0]


def _new(resource: Resource, live: LiveState) -> Path | None:
    """The file of rows whose content makes a new id; None for anything else."""
    files = resource.files
    hashed = resource.manifest.id_strategy is IdStrategy.CONTENT_HASH
    if files is None or files.rows is None or resource.absent or not hashed:
        return None
    here = len(files.files) == 1 and files.sendable and live.get(resource.name) is None
    return files.files[0].path if here else None


def _compared(root: Path, since: str, path: Path) -> RowChange | None:
    from reconciler.git.changes import open_at
    from reconciler.manifest.pointers import lfs_pointer
    from reconciler.manifest.row_change import compare_rows  # only a new version pays for it

    try:
        with path.open("rb") as new, open_at(root, since, path) as old:
            first = old.readline()
            if not first or lfs_pointer(first + old.peek(1024)):
                return None
            short = since if since == "HEAD" else since[:SHORT]
            change = compare_rows(new, _after(first, old), short)
        return change and _with_texts(change, root, since, path)
    except OSError:
        return None


def _with_texts(change: RowChange, root: Path, since: str, path: Path) -> RowChange:
    """Each version is read once more, as far as its first changed rows."""
    from reconciler.git.changes import open_at
    from reconciler.manifest.row_change import with_texts

    new, old = (change.added, change.changed), (change.removed, change.before)
    with path.open("rb") as version:
        added, changed = with_texts(new, version)
    if not any(side.first for side in old):
        return replace(change, added=added, changed=changed)
    with open_at(root, since, path) as version:
        removed, before = with_texts(old, version)
    return replace(change, added=added, changed=changed, removed=removed, before=before)


def _after(first: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from rest
