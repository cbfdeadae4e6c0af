"""Commits: that of HEAD, the merge base, and whether their history is whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.git.command import git

if TYPE_CHECKING:
    from pathlib import Path


PARTIAL = r"^(extensions\.partialclone|remote\..*\.promisor)$"
"""What git configures in a clone that leaves objects with its remote (git: partial-clone)."""
MAIN_BRANCHES = ("origin/HEAD", "origin/main", "origin/master", "main", "master")
"""Where a change is going to be merged: the first of these that there is."""


def head_commit(root: Path) -> str:
    """The commit of HEAD, with ``-dirty`` when tracked files differ, or when git cannot tell;
    "" outside a checkout."""
    commit = (git(root, "rev-parse", "--verify", "-q", "HEAD") or "").strip()
    if not commit:
        return ""
    changed = git(root, "status", "--porcelain", "--untracked-files=no")
    return commit if changed == "" else f"{commit}-dirty"


def is_ancestor(root: Path, commit: str) -> bool:
    """Whether HEAD's history holds the commit."""
    return git(root, "merge-base", "--is-ancestor", commit, "HEAD") is not None


def merge_base(root: Path) -> str | None:
    """The commit at which HEAD left the main branch; None without a checkout or a main branch."""
    for branch in MAIN_BRANCHES:
        if git(root, "rev-parse", "--verify", "-q", f"{branch}^{{commit}}") is not None:
            return (git(root, "merge-base", "HEAD", branch) or "").strip() or None
    return None


def history_is_whole(root: Path) -> bool:
    """Whether what a commit reachable from HEAD held can be read: not in a shallow or a partial
    clone, nor where git refuses the checkout (another user's, in a container). Without any
    checkout there is no history that could be missed."""
    return has_all_commits(root) and not is_partial(root)


def has_all_commits(root: Path) -> bool:
    """Whether every commit reachable from HEAD can be read; of a partial clone git fetches what
    they held. As ``history_is_whole`` where there is no checkout, or git refuses it."""
    shallow = git(root, "rev-parse", "--is-shallow-repository")
    if shallow is None:
        return not any((folder / ".git").exists() for folder in (root, *root.parents))
    return shallow.strip() == "false"


def is_partial(root: Path) -> bool:
    """Whether the clone leaves objects with its remote, to be fetched when they are asked for."""
    return bool(git(root, "config", "--get-regexp", PARTIAL))


def folder_in_checkout(root: Path) -> str:
    """Where ``root`` is below the top of its checkout, ``/`` between folders; "." for the top, and
    where there is no checkout."""
    return (git(root, "rev-parse", "--show-prefix") or "").rstrip("\n").rstrip("/") or "."


def top_of(root: Path) -> str | None:
    """The top folder of the checkout around ``root``; None outside of one."""
    found = git(root, "rev-parse", "--show-toplevel")
    return found.removesuffix("\n") if found else None


def commit_of(root: Path, revision: str) -> str | None:
    """The commit that a revision means; None when this repository knows none."""
    if revision.startswith("-"):
        return None
    return (
        git(root, "rev-parse", "--verify", "-q", f"{revision}^{{commit}}") or ""
    ).strip() or None


def tree_of(root: Path, commit: str) -> str | None:
    """The id of a commit's tree."""
    return (git(root, "rev-parse", "--verify", "-q", f"{commit}^{{tree}}") or "").strip() or None
