"""The files of a commit, under the paths that they have, or had, in the checkout."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from reconciler.cache import NoCache
from reconciler.manifest.file_set import LocalFile
from reconciler.manifest.one_read import standing_for
from reconciler.manifest.read_file import MAX_BYTES, problem
from reconciler.manifest.reading import POINTER, Seen
from reconciler.past.blob_facts import facts_of
from reconciler.past.objects import FOLDER, LINK, SUBMODULE, TreeEntry

if TYPE_CHECKING:
    from reconciler.cache import Cache
    from reconciler.diagnostic import Diagnostic
    from reconciler.manifest.file_facts import FileMemory
    from reconciler.manifest.reading import Wanted
    from reconciler.past.objects import GitObjects

IN_GIT = "in git only"
"""What ``LocalFile.why_absent`` says of a file as a commit holds it."""

_MOST_LINKS = 40  # as the kernel follows


@dataclass(frozen=True, slots=True)
class CommittedEntry:
    """One name in a folder of a commit."""

    name: str
    path: str
    entry: TreeEntry
    files: CommittedFiles

    def is_dir(self) -> bool:
        return self.files.isdir(self.path) if self.is_symlink() else self.entry.is_folder

    def is_symlink(self) -> bool:
        return self.entry.type == LINK


class CommittedFiles:
    """The tree with the id ``tree`` as the folder ``top`` (an absolute path without links).

    Nothing of the disk is looked at: what a commit does not hold is not there, and links lead
    through the commit. ``links_met`` says that one has been followed: then what was found follows
    from more than the folders it was looked for in. ``cache`` keeps the digests of blobs, which
    never change.
    """

    def __init__(
        self, objects: GitObjects, top: str, tree: str, cache: Cache | None = None
    ) -> None:
        self._objects = objects
        self._top = top
        self._prefix = top.rstrip("/") + "/"
        self._root = TreeEntry(FOLDER, tree)
        self._cache = cache or NoCache()
        self.links_met = False

    def scandir(self, folder: str) -> list[CommittedEntry]:
        found = self.at(self.realpath(folder))
        if found is None or not found.is_folder:
            raise NotADirectoryError(20, "not a folder", folder)
        names = {} if found.type == SUBMODULE else self._objects.tree(found.oid)
        return [
            CommittedEntry(name, os.path.join(folder, name), names[name], self)
            for name in sorted(names)
        ]

    def realpath(self, path: str) -> str:
        """The path without links; where links go round in a circle, some path of the circle."""
        path = os.path.abspath(path)
        for _ in range(_MOST_LINKS):
            step = self._first_link(path)
            if step is None:
                break
            path = step
        return path

    def lexists(self, path: str) -> bool:
        parent, name = os.path.split(os.path.abspath(path))
        return self.at(os.path.join(self.realpath(parent), name)) is not None

    def exists(self, path: str) -> bool:
        found = self.at(self.realpath(path))
        return found is not None and found.type != LINK

    def isdir(self, path: str) -> bool:
        found = self.at(self.realpath(path))
        return found is not None and found.is_folder

    def size(self, path: str) -> int | None:
        found = self.at(self.realpath(path))
        if found is None or found.type == LINK:
            raise FileNotFoundError(2, "no such file in the commit", path)
        return None if found.is_folder else 0

    def read(self, path: str, shown: str) -> bytes | Diagnostic:
        found = self.at(self.realpath(path))
        if found is None or found.type == LINK:
            return problem(shown, "cannot be read: no such file in the commit")
        if found.is_folder:
            return problem(shown, "not a regular file")
        raw = self._objects.blob(found.oid)
        if len(raw) > MAX_BYTES:
            return problem(shown, "larger than 1 MiB: split it into several files", "limit")
        return raw

    def look(self, key: str, real: str, shown: str, wanted: Wanted, memory: FileMemory) -> Seen:  # noqa: ARG002 - the protocol's
        """A file of a source: size and digests of its bytes, or of those that a Git LFS pointer
        stands for. Rows and headers are not looked at."""
        found = self.at(real)
        if found is None:
            seen = Seen(LocalFile(key, Path(real), 0))
            seen.error(shown, "cannot be read: no such file in the commit")
            return seen
        facts = facts_of(found.oid, self._objects, self._cache)
        if facts.pointer_to:
            given = (key, real, facts.size, facts.pointer_to)
            return Seen(standing_for(*given, POINTER, memory))
        seen = Seen(
            LocalFile(key, Path(real), facts.size, facts.sha256, None, IN_GIT, crc32c=facts.crc32c)
        )
        if facts.annexed:
            seen.error(shown, "a git-annex pointer, not the file", "git annex get")
        return seen

    def at(self, path: str) -> TreeEntry | None:
        """What the commit holds at an absolute path without links above its end."""
        steps = self._steps(path)
        if not steps:
            return self._root if steps is not None else None
        along = self._along(steps)
        return along[-1] if len(along) == len(steps) else None

    def _steps(self, path: str) -> list[str] | None:
        """The names below the top; None for a path outside of it."""
        if path != self._top and not path.startswith(self._prefix):
            return None
        return [step for step in path[len(self._top) :].split("/") if step]

    def _along(self, steps: list[str]) -> list[TreeEntry]:
        """What stands at each step, as far as folders lead."""
        found: list[TreeEntry] = []
        here: TreeEntry | None = self._root
        for name in steps:
            if here is None or here.type != FOLDER:
                break
            here = self._objects.tree(here.oid).get(name)
            if here is not None:
                found.append(here)
        return found

    def _first_link(self, path: str) -> str | None:
        """The path with its first link followed; None when it has none."""
        steps = self._steps(path) or []
        along = self._along(steps)
        if not along or along[-1].type != LINK:
            return None
        self.links_met = True
        target = self._objects.blob(along[-1].oid).decode("utf-8", "surrogateescape")
        above, rest = steps[: len(along) - 1], steps[len(along) :]
        return os.path.abspath(os.path.join(self._top, *above, target, *rest))
