"""``plan --base REV``: the revision against which a plan tells what this change does."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from reconciler.errors import ReconcilerError, UsageError

if TYPE_CHECKING:
    from reconciler.cli.session import Session
    from reconciler.plan.groups import Base


def base_of(session: Session, revision: str | None, head: str) -> Base | None:
    """The project at ``revision``; by default at the merge base with the main branch. ``head`` is
    the commit of the checkout, "" outside of one.

    None without a checkout or a main branch, on the main branch itself, and where the project
    cannot be read as it was then (a line on stderr says so). Raises UsageError or ReconcilerError
    only for a revision that was asked for.
    """
    from reconciler.git.commits import commit_of, merge_base

    root = session.project.root
    if revision is None:
        commit = merge_base(root) if head else None
        left_main = commit is not None and commit != head.removesuffix("-dirty")
        return _readable(session, commit) if commit and left_main else None
    if not head:
        raise UsageError(f"--base: {root} is not in a git checkout with a commit")
    known = commit_of(root, revision)
    if known is None:
        raise UsageError(f"--base: git does not know the commit {revision[:120]}", "git fetch")
    return _at(session, known)


def _readable(session: Session, commit: str) -> Base | None:
    from reconciler.cli.output import say_or_lose
    from reconciler.report.escape import escape

    try:
        return _at(session, commit)
    except ReconcilerError as error:
        said = f"note: this branch's changes cannot be told from earlier ones: {error.message}"
        if not session.common.quiet:
            say_or_lose(f"{escape(said)}\n", err=True)
        return None


def _at(session: Session, commit: str) -> Base:
    from reconciler.cli.user_cache import user_cache
    from reconciler.git.changes import changed_files, last_touched
    from reconciler.past.revision import desired_at
    from reconciler.plan.groups import Base

    project, paths, cwd = session.project, session.common.paths, session.cwd
    then = desired_at(project, commit, session.account, cwd, paths=paths, cache=user_cache())

    @functools.cache
    def touched(path: str) -> str:
        return last_touched(project.root, commit, cwd / path)

    @functools.cache
    def edited() -> frozenset[str]:
        return changed_files(project.root, commit) or frozenset()

    return Base(commit, then, touched, edited)
