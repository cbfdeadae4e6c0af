"""Which files of a work tree differ from a commit, and how one was at a commit."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING, cast

from reconciler.git.command import git, git_process
from reconciler.git.commits import merge_base, top_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from io import BufferedReader
    from pathlib import Path


def is_committed(root: Path) -> bool:
    """Whether the manifests and all tracked files below ``root`` are as HEAD has them; not where
    git cannot tell."""
    changed = git(root, "status", "--porcelain", "--untracked-files=all", "-z", "--", ".")
    if changed is None:
        return False
    entries = [entry for entry in changed.split("\0") if entry]
    return not any(not e.startswith("?? ") or e.endswith((".yaml", ".yml")) for e in entries)


def changed_files(root: Path, since: str = "") -> frozenset[str] | None:
    """Absolute paths of the files that differ from the commit ``since``, by default the merge base
    with the main branch, those not committed yet and those new to git included; None when there is
    no checkout or no merge base.

    What git ignores it says nothing about.
    """
    top = top_of(root)
    base = (since or merge_base(root)) if top else None
    if top is None or base is None:
        return None
    flags = ("--name-only", "--no-renames", "--no-relative", "-z")
    differing = git(root, "diff", *flags, base, "--")
    new = git(root, "ls-files", "--others", "--exclude-standard", "--full-name", "-z", ":/")
    if differing is None or new is None:
        return None
    real = os.path.realpath(top)
    return frozenset(os.path.join(real, name) for name in f"{differing}{new}".split("\0") if name)


def differing_from(root: Path, commit: str, paths: Iterable[Path]) -> frozenset[str]:
    """Those of the absolute paths whose file is tracked and differs from the one at the commit."""
    wanted = [os.path.relpath(path, root) for path in paths]
    differing = git(root, "diff", "--name-only", "--relative", "-z", commit, "--", *wanted) or ""
    return frozenset(os.path.join(root, name) for name in differing.split("\0") if name)


def previous_commit(root: Path, path: Path) -> str:
    """The commit that touched the file before the last one that did; "" when there is none."""
    name = os.path.relpath(path, root)
    listed = git(root, "log", "-2", "--format=%H", "HEAD", "--", name) or ""
    return next(iter(listed.split()[1:]), "")


def last_touched(root: Path, commit: str, path: Path) -> str:
    """When the file last changed, as of the commit: RFC 3339; "" when git does not know."""
    return (git(root, "log", "-1", "--format=%cI", commit, "--", os.fspath(path)) or "").strip()


@contextmanager
def open_at(root: Path, commit: str, path: Path) -> Iterator[BufferedReader]:
    """The bytes of the file as they were at the commit, streamed; none when it was not there.

    Raises OSError when git is missing.
    """
    name = f"{commit}:./{os.path.relpath(path, root)}"
    with git_process(
        root, "cat-file", "blob", name
    ) as child:  # waits for it, once it is gone or killed
        try:
            yield cast("BufferedReader", child.stdout)
        finally:
            child.kill()
