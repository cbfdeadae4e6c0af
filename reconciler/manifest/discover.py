"""Finds manifest files: those given, those of the folders given, else the project's own."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from reconciler.diagnostic import Diagnostic, Severity, SourceLocation
from reconciler.manifest.files import DISK
from reconciler.manifest.globs import fixed_folder, glob
from reconciler.manifest.project_root import PROJECT_FILE
from reconciler.manifest.quoting import escaped
from reconciler.manifest.read_file import problem, unreadable

if TYPE_CHECKING:
    import re
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from reconciler.manifest.files import Entry, Files
    from reconciler.manifest.project import Project

ENDINGS = (".yaml", ".yml")


@dataclass(frozen=True, slots=True)
class ManifestFile:
    """``path`` to open it, ``shown`` to name it: relative to the working folder, escaped."""

    path: str
    shown: str


@dataclass(slots=True)
class Search:
    """One search below one root: each real file and each real folder is found once.

    ``top`` is the folder as it was named that the globs count from; ``again`` counts what was
    come upon a second time. ``tree`` is where the files are.
    """

    root: str
    cwd: str
    top: str = ""
    tree: Files = DISK
    files: list[ManifestFile] = field(default_factory=list)
    diagnostics: list[Diagnostic] = field(default_factory=list)
    again: int = 0
    _seen: set[str] = field(default_factory=set)

    def file(self, path: str) -> None:
        """A file that was named: a manifest whatever its ending."""
        self._take(path, self.shown(path), None)

    def folder(self, path: str, wanted: Sequence[re.Pattern[str]] = ()) -> None:
        """All ``*.yaml`` and ``*.yml`` below a folder; ``wanted`` matches paths below the root."""
        shown = self.shown(path)
        if not self._inside(path, shown):
            return
        real = self.tree.realpath(path)
        if real in self._seen:
            self.again += 1
            return
        self._seen.add(real)
        try:
            entries = self.tree.scandir(path)
        except OSError as error:
            self.diagnostics.append(unreadable(shown, error))
            return
        prefix = "" if shown == "." else f"{shown}/"
        for entry in entries:
            self._entry(entry, prefix, f"{real}/{entry.name}", wanted)

    def _entry(
        self, entry: Entry, prefix: str, real: str, wanted: Sequence[re.Pattern[str]]
    ) -> None:
        name = entry.name
        if name.startswith("."):
            return
        if entry.is_dir():
            self.folder(entry.path, wanted)
        elif name.endswith(ENDINGS) and name != PROJECT_FILE and self._wanted(entry.path, wanted):
            shown = prefix + escaped(name)
            self._take(entry.path, shown, None if entry.is_symlink() else real)

    def _wanted(self, path: str, wanted: Sequence[re.Pattern[str]]) -> bool:
        below = path[len(self.top) + 1 :]
        return not wanted or any(pattern.fullmatch(below) for pattern in wanted)

    def _take(self, path: str, shown: str, real: str | None) -> None:
        """``real`` is the path without links where it is known already."""
        if real is None and not self._inside(path, shown):
            return
        if not _is_text(path):
            self.diagnostics.append(problem(shown, "its name is not UTF-8"))
            return
        real = real or self.tree.realpath(path)
        if real in self._seen:
            self.again += 1
            return
        self._seen.add(real)
        self.files.append(ManifestFile(path, shown))

    def _inside(self, path: str, shown: str) -> bool:
        """Links may lead anywhere inside the root, never out of it or to nothing."""
        real = self.tree.realpath(path)
        if not self.tree.exists(real):
            self.diagnostics.append(problem(shown, "a broken link"))
            return False
        if real != self.root and not real.startswith(self.root.rstrip("/") + "/"):
            self.diagnostics.append(problem(shown, "a link that leaves the project's root"))
            return False
        return True

    @property
    def met(self) -> int:
        """How much was come upon, good or bad: a path that adds nothing holds no manifest."""
        return len(self.files) + len(self.diagnostics) + self.again

    def shown(self, path: str) -> str:
        return escaped(os.path.relpath(path, self.cwd))


def _is_text(path: str) -> bool:
    try:
        path.encode()
    except UnicodeEncodeError:
        return False
    return True


def discover(paths: Sequence[Path], project: Project, cwd: Path, tree: Files = DISK) -> Search:
    """The manifest files, each once, in the order of the paths and of their names."""
    search = Search(str(project.root), str(cwd), tree=tree)
    if not paths:
        _search_project(search, project, str(project.root), project.file or project.root)
    for path in paths:
        _search_path(search, project, str(cwd / path), escaped(str(path)))
    return search


def _search_path(search: Search, project: Project, path: str, given: str) -> None:
    before = search.met
    if not search.tree.isdir(path):
        if os.path.basename(path) != PROJECT_FILE:
            search.file(os.path.abspath(path))
    elif project.file and search.tree.realpath(path) == str(project.root):
        _search_project(search, project, path, project.file)
        return
    else:
        search.folder(os.path.abspath(path))
    if before == search.met:
        search.diagnostics.append(_nothing(given))


def _search_project(search: Search, project: Project, top: str, named: Path) -> None:
    """The files that the project's globs name."""
    search.top = top = os.path.abspath(top)
    patterns = [glob(pattern, any_depth=False) for pattern in project.manifests]
    for folder in _outermost(fixed_folder(pattern) for pattern in project.manifests):
        start = os.path.join(top, folder) if folder else top
        if search.tree.lexists(start):
            search.folder(start, patterns)
    if not search.files and not search.diagnostics:
        looked = ", ".join(map(escaped, project.manifests))
        hint = f"looked for {looked}; name another folder, or start with: reconciler init"
        search.diagnostics.append(_nothing(search.shown(str(named)), hint))


def _outermost(folders: Iterator[str]) -> list[str]:
    """The folders that no other of them contains."""
    found = sorted(set(folders))
    return [f for f in found if not any(f != g and (not g or f.startswith(f"{g}/")) for g in found)]


def _nothing(shown: str, hint: str = "manifests end in .yaml or .yml") -> Diagnostic:
    message = "no manifest found here"
    return Diagnostic(Severity.WARNING, "no-manifest", message, SourceLocation(shown), hint=hint)
