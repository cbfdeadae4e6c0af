"""Local files as the loader would have scanned them."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from reconciler.manifest.file_set import FileIdentity, FileSet, LocalFile

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


def scan(path: Path, key: str | None = None, *, sha256: bool = False) -> LocalFile:
    """The file under its name, or under ``key``."""
    seen = path.stat()
    identity = FileIdentity(seen.st_dev, seen.st_ino, seen.st_size, seen.st_mtime_ns)
    digest = hashlib.sha256(path.read_bytes()).hexdigest() if sha256 else None
    return LocalFile(key or path.name, path, seen.st_size, digest, identity)


def write_set(folder: Path, contents: Mapping[str, bytes], *, sha256: bool = False) -> FileSet:
    """Write files below a folder and scan them."""
    files = []
    for key, content in sorted(contents.items()):
        path = folder / key
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        files.append(scan(path, key, sha256=sha256))
    return FileSet(tuple(files))


def silent(_key: str, _sent: int, _total: int, _checked: str = "", /) -> None:
    """Progress that nobody watches."""
