"""The states that a project has had in the commits reachable from one, newest first."""

from __future__ import annotations

import os
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import TYPE_CHECKING

from reconciler.errors import UsageError
from reconciler.git.commits import top_of, tree_of
from reconciler.manifest.discover import discover
from reconciler.manifest.globs import fixed_folder
from reconciler.manifest.project import read_project
from reconciler.manifest.project_root import PROJECT_FILE
from reconciler.past.files import CommittedFiles
from reconciler.past.log import newest_first
from reconciler.past.telling import telling_commits

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from reconciler.manifest.project import Project
    from reconciler.past.history import History
    from reconciler.past.objects import GitObjects
    from reconciler.past.wanted import Wanted
    from reconciler.past.words import Index

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

    history: History
    objects: GitObjects
    top: str
    projects: dict[str, Project] = field(default_factory=dict)
    found: dict[tuple[str, ...], tuple[tuple[str, str], ...]] = field(default_factory=dict)
    seen: set[str] = field(default_factory=set)

    def state(self, commit: str, tree: str) -> State | None:
        """None where the commit has nothing at the project's root, or what was there before."""
        files = CommittedFiles(self.objects, self.top, tree, self.history.cache)
        root = files.at(str(self.history.root))
        if root is None or not root.is_folder or root.oid in self.seen:
            return None
        self.seen.add(root.oid)
        project = self._project(files)
        return State(commit, root.oid, project, files, self._blobs(project, files))

    def _project(self, files: CommittedFiles) -> Project:
        """As its ``reconciler.yaml`` of that time says; where that knew no such environment, there
        are no values: what needs them has no id then."""
        now, cwd = self.history.project, self.history.cwd
        path = now.root / PROJECT_FILE
        entry = files.at(str(path))
        key = entry.oid if entry is not None else ""
        if key not in self.projects:
            file = path if entry is not None else None
            try:
                then = read_project(now.root, file, cwd, now.environment, files)
            except UsageError:
                then = read_project(now.root, file, cwd, None, files)
                then = replace(then, values={})
            self.projects[key] = then
        return self.projects[key]

    def _blobs(self, project: Project, files: CommittedFiles) -> tuple[tuple[str, str], ...]:
        """The manifest files; looked for anew only where a folder that may hold some changed."""
        given, cwd = self.history.paths, self.history.cwd
        paths = [path for path in given if files.lexists(os.path.join(cwd, path))]
        if given and not paths:
            return ()
        places = [os.path.join(cwd, path) for path in paths] or [
            os.path.join(project.root, fixed_folder(pattern)) for pattern in project.manifests
        ]
        tops = (files.at(files.realpath(place)) for place in places)
        key = (*map(str, paths), *project.manifests, *(top.oid if top else "" for top in tops))
        known = self.found.get(key)
        if known is None:
            known = _found(paths, project, cwd, files)
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


def states(history: History, objects: GitObjects, index: Index, wanted: Wanted) -> Iterator[State]:
    """The state at its newest commit, then every other one that may tell something new of
    ``wanted``: each different tree of the project once, at the newest commit that has it, children
    before their parents. Raises ReconcilerError: an object is missing, or git cannot tell."""
    reader = _Reader(history, objects, _top(history))
    commits = newest_first(history.root, history.revisions)
    for commit, tree in islice(commits, 1):
        yield from _some(reader.state(commit, tree))
    worth = telling_commits(history, reader.top, wanted, index, objects)
    for commit, tree in commits:
        if worth is None or commit in worth:
            yield from _some(reader.state(commit, tree))


def state_at(history: History, objects: GitObjects, commit: str) -> State | None:
    """The project at one commit; None where the commit has nothing at its root."""
    tree = tree_of(history.root, commit) or ""
    return _Reader(history, objects, _top(history)).state(commit, tree)


def _some(state: State | None) -> tuple[State, ...]:
    return () if state is None else (state,)


def _top(history: History) -> str:
    return os.path.realpath(top_of(history.root) or "")
