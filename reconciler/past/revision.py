"""The project as it was at a revision, read from git alone: the work tree is neither read nor
touched."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

from reconciler.desire import desire
from reconciler.errors import ReconcilerError
from reconciler.git.commits import commit_of, top_of, tree_of
from reconciler.manifest.project import read_project
from reconciler.manifest.project_root import PROJECT_FILE
from reconciler.past.files import CommittedFiles
from reconciler.past.objects import GitObjects

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from reconciler.cache import Cache
    from reconciler.desired.resource import DesiredState
    from reconciler.manifest.files import Files
    from reconciler.manifest.project import Project


def desired_at(
    project: Project,
    revision: str,
    account: str,
    cwd: Path,
    *,
    paths: Sequence[Path] = (),
    cache: Cache | None = None,
) -> DesiredState:
    """What the project at ``project.root`` wanted at ``revision``, in the environment of
    ``project``: ids, references and file digests as a checkout of that revision would give them,
    and every problem in ``diagnostics`` (a manifest with an error is not in ``resources``).
    ``revision`` is whatever git takes for one commit: ``HEAD``, ``origin/main``, a hash.

    Globs, values and policy are those of ``reconciler.yaml`` at the revision; the account is the
    caller's. Places are shown relative to ``cwd``, as of the work tree.

    What it cannot know: rows and headers of data files are neither checked nor counted (so
    ``exampleCount`` and ``FileSet.rows`` are missing); a file that was not committed, or is in a
    submodule, is not there; the bytes are those of the blobs, before any filter or change of line
    ends that a checkout would apply. Files have no ``identity``: they cannot be sent.

    Raises ReconcilerError: no git, no checkout, no such commit, an object this clone does not
    hold; UsageError: the project had no such environment then.
    """
    with committed_files(project.root, revision, cache) as tree:
        then = project_at(tree, project, cwd)
        return desire(paths, then, cwd, account, cache, tree)


@contextmanager
def committed_files(
    root: Path, revision: str, cache: Cache | None = None
) -> Iterator[CommittedFiles]:
    """The files of the checkout around ``root`` at a revision. Raises ReconcilerError."""
    top, commit = top_of(root), commit_of(root, revision)
    if top is None:
        raise ReconcilerError(f"{root} is not in a readable git checkout")
    tree = tree_of(root, commit) if commit else None
    if tree is None:
        hint = "git fetch, with the whole history"
        raise ReconcilerError(f"this checkout does not have the commit {revision[:120]}", hint)
    with GitObjects(root) as objects:
        yield CommittedFiles(objects, os.path.realpath(top), tree, cache)


def project_at(tree: Files, project: Project, cwd: Path) -> Project:
    """The same project as its ``reconciler.yaml`` in ``tree`` describes it. Raises UsageError: it
    knew no such environment."""
    file = project.root / PROJECT_FILE
    known = file if tree.lexists(str(file)) else None
    return read_project(project.root, known, cwd, project.environment, tree)
