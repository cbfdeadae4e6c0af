"""Where manifests and the files of sources are looked for: on this disk, or in a commit."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING, Protocol

from reconciler.manifest.read_file import read_bounded

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reconciler.diagnostic import Diagnostic
    from reconciler.manifest.file_facts import FileMemory
    from reconciler.manifest.reading import Seen, Wanted


class Entry(Protocol):
    """One name in a folder, as ``os.DirEntry`` says it; ``is_dir`` follows links."""

    @property
    def name(self) -> str: ...

    @property
    def path(self) -> str: ...

    def is_dir(self) -> bool: ...

    def is_symlink(self) -> bool: ...


class Files(Protocol):
    """A tree of files under absolute paths: what is asked of ``os.path``, with its meanings, and
    the reading of manifests and of sources."""

    def scandir(self, folder: str) -> Sequence[Entry]:
        """The entries by name. Raises OSError."""

    def realpath(self, path: str) -> str: ...

    def lexists(self, path: str) -> bool: ...

    def exists(self, path: str) -> bool: ...

    def isdir(self, path: str) -> bool: ...

    def size(self, path: str) -> int | None:
        """The bytes of a regular file (0: not known); None for anything else. Raises OSError."""

    def read(self, path: str, shown: str) -> bytes | Diagnostic:
        """A manifest's bytes, or why they are not to be had."""

    def look(self, key: str, real: str, shown: str, wanted: Wanted, memory: FileMemory) -> Seen:
        """One file of a source, at a path without links."""


class DiskFiles:
    """The files of this disk."""

    def scandir(self, folder: str) -> list[os.DirEntry[str]]:
        return sorted(os.scandir(folder), key=lambda entry: entry.name)

    def realpath(self, path: str) -> str:
        return os.path.realpath(path)

    def lexists(self, path: str) -> bool:
        return os.path.lexists(path)

    def exists(self, path: str) -> bool:
        return os.path.exists(path)

    def isdir(self, path: str) -> bool:
        return os.path.isdir(path)

    def size(self, path: str) -> int | None:
        status = os.stat(path)
        return status.st_size if stat.S_ISREG(status.st_mode) else None

    def read(self, path: str, shown: str) -> bytes | Diagnostic:
        return read_bounded(path, shown)

    def look(self, key: str, real: str, shown: str, wanted: Wanted, memory: FileMemory) -> Seen:
        from reconciler.manifest.one_read import look  # only who brings bytes pays for it

        return look(key, real, shown, wanted, memory)


DISK = DiskFiles()
