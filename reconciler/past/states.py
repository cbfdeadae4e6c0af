"""Every state that a project has had in the commits reachable from one, newest first."""

from __future__ import annotations

import os
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from reconciler.errors import UsageError
from reconciler.git import git
from reconciler.manifest.discover import discover
from reconciler.manifest.globs import fixed_folder
from reconciler.manifest.project import read_project
from reconciler.manifest.project_root import PROJECT_FILE
from reconciler.past.files import CommittedFiles
from reconciler.past.objects import top_of, tree_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from reconciler.cache import Cache
    from reconciler.manifest.project import Project
    from reconciler.past.objects import GitObjects

SHORT = 7  # characters of a commit, as git abbreviates it


@dataclass(frozen=True, slots=True)
class State:
    """The project at one commit. ``tree`` is the id of the tree at its root, ``blobs`` the manifest
    files by their absolute paths, each with the id of its blob."""

    commit: str
    tree: str
    project: Project
    files: CommittedFiles
    blobs: tuple[tuple[str, str], ...]

    @property
    def short(self) -> str:
        return self.commit[:SHORT]


@dataclass(slots=True)
class _Reader:
    """What commits share: nothing that two of them have in common is read twice."""

    project: Project
    paths: Sequence[Path]
    cwd: Path
    projects: dict[str, Project] = field(default_factory=dict)
    found: dict[tuple[str, ...], tuple[tuple[str, str], ...]] = field(default_factory=dict)

    def state(self, commit: str, tree: str, files: CommittedFiles) -> State:
        project = self._project(files)
        return State(commit, tree, project, files, self._blobs(project, files))

    def _project(self, files: CommittedFiles) -> Project:
        """As its ``reconciler.yaml`` of that time says; where that knew no such environment, there
        are no values: what needs them has no id then."""
        path = self.project.root / PROJECT_FILE
        entry = files.at(str(path))
        key = entry.oid if entry is not None else ""
        if key not in self.projects:
            file = path if entry is not None else None
            environment = self.project.environment
            try:
                then = read_project(self.project.root, file, self.cwd, environment, files)
            except UsageError:
                then = read_project(self.project.root, file, self.cwd, None, files)
                then = replace(then, values={})
            self.projects[key] = then
        return self.projects[key]

    def _blobs(self, project: Project, files: CommittedFiles) -> tuple[tuple[str, str], ...]:
        """The manifest files; looked for anew only where a folder that may hold some changed."""
        paths = [path for path in self.paths if files.lexists(os.path.join(self.cwd, path))]
        if self.paths and not paths:
            return ()
        places = [os.path.join(self.cwd, path) for path in paths] or [
            os.path.join(project.root, fixed_folder(pattern)) for pattern in project.manifests
        ]
        tops = (files.at(files.realpath(place)) for place in places)
        key = (*map(str, paths), *project.manifests, *(top.oid if top else "" for top in tops))
        known = self.found.get(key)
        if known is None:
            known = _found(paths, project, self.cwd, files)
            if not files.links_met:
                self.found[key] = known
        return known


def _found(
    paths: Sequence[Path], project: Project, cwd: Path, files: CommittedFiles
) -> tuple[tuple[str, str], ...]:
    search = discover(paths, project, cwd, files)
    real = files.realpath if files.links_met else str  # without links a path is its own
    entries = [(file.path, files.at(real(file.path))) for file in search.files]
    return tuple((path, entry.oid) for path, entry in entries if entry is not None)


def states(
    project: Project,
    paths: Sequence[Path],
    cwd: Path,
    objects: GitObjects,
    cache: Cache,
    head: str = "HEAD",
) -> Iterator[State]:
    """Each different tree of the project once, at the newest commit up to ``head`` that has it;
    children come before their parents. ``paths`` are those that the command was given (none: the
    project's globs count, as they were). Raises ReconcilerError for an object that is missing."""
    reader = _Reader(project, paths, cwd)
    seen: set[str] = set()
    top = os.path.realpath(top_of(project.root) or "")
    log = git(project.root, "log", "--date-order", "--format=%H %T", head, "--")
    for line in (log or "").splitlines():
        commit, _, tree = line.partition(" ")
        files = CommittedFiles(objects, top, tree, cache)
        root = files.at(str(project.root))
        if root is not None and root.is_folder and root.oid not in seen:
            seen.add(root.oid)
            yield reader.state(commit, root.oid, files)


def state_at(
    project: Project, paths: Sequence[Path], cwd: Path, objects: GitObjects, commit: str
) -> State | None:
    """The project at one commit; None where the commit has nothing at its root."""
    top = os.path.realpath(top_of(project.root) or "")
    files = CommittedFiles(objects, top, tree_of(project.root, commit) or "")
    root = files.at(str(project.root))
    if root is None or not root.is_folder:
        return None
    return _Reader(project, paths, cwd).state(commit, root.oid, files)
