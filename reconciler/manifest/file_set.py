"""The files that a resource brings: names, sizes and what is known of their bytes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import os
    from pathlib import Path

    from reconciler.manifest.row_summary import RowSummary


@dataclass(frozen=True, slots=True)
class FileIdentity:
    """What ``fstat`` said when the file was scanned; a later difference means it changed."""

    device: int
    inode: int
    size: int
    mtime_ns: int


def identity(status: os.stat_result) -> FileIdentity:
    return FileIdentity(status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns)


@dataclass(frozen=True, slots=True)
class LocalFile:
    """One file of a FileSet.

    ``key`` is its name in the upload (a relative POSIX path), ``path`` its absolute place.
    ``size`` is the size of the bytes it stands for (for a Git LFS pointer or a pinned
    missing file: of the real content; 0 when not known). ``sha256`` is hex, None when
    nobody needed it yet; ``crc32c`` and ``md5``, in base64 as the storage writes them, likewise.
    ``identity`` is None when the bytes are not on this disk (``why_absent`` then says why:
    "Git LFS pointer" or "missing file"). ``pinned``: the manifest promises the sha256.
    """

    key: str
    path: Path
    size: int
    sha256: str | None = None
    identity: FileIdentity | None = None
    why_absent: str | None = None
    crc32c: str | None = None
    md5: str | None = None
    pinned: bool = False


@dataclass(frozen=True, slots=True)
class FileSet:
    """All files of one ``spec.source``, sorted by key.

    ``rows`` is the number of examples of a dataset file, None for weights and pointers.
    ``summary`` is what jobs ask of those rows; ``shown`` the file's path for the user, "" where
    there are several.
    """

    files: tuple[LocalFile, ...]
    rows: int | None = None
    summary: RowSummary | None = None
    shown: str = ""

    @property
    def total_bytes(self) -> int:
        return sum(f.size for f in self.files)

    @property
    def pinned(self) -> bool:
        """Whether ``source.sha256`` stands in the manifest; the file has it."""
        return any(f.pinned for f in self.files)

    @property
    def sendable(self) -> bool:
        """Whether every byte is on this disk; pointers and missing files are not."""
        return all(f.identity is not None for f in self.files)
