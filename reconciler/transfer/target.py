"""The local file of a download: a ``.part`` beside its place, renamed when its bytes are right."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from reconciler.errors import ContentError
from reconciler.transfer.hashing import Digest
from reconciler.transfer.source import BLOCK

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

PART = ".part"


def targets(folder: Path, keys: Iterable[str]) -> dict[str, Path]:
    """The place of each file below ``folder``. Raises ContentError for a name that would escape it.

    The names come from the platform: absolute ones, ``..``, backslashes, NUL and a way through a
    symlink that leads outside are refused before anything is written.
    """
    root = folder.resolve()
    return {key: _target(root, key) for key in sorted(keys)}


def _target(root: Path, key: str) -> Path:
    parts = key.split("/")
    bad = any(part in ("", ".", "..") for part in parts)
    if bad or "\\" in key or not key.isprintable() or key.endswith(PART):
        raise ContentError(f"the platform named a file {key[:100]!r}, which is not a plain name")
    place = root.joinpath(*parts)
    if place.is_symlink() or not place.parent.resolve().is_relative_to(root):
        raise ContentError(f"{key} would be written outside {root.name}/ through a link")
    return place


def digest_of(descriptor: int, *, md5: bool = False) -> Digest:
    """The digest of an open file from where it stands to its end."""
    digest = Digest(md5=md5)
    while block := os.read(descriptor, BLOCK):
        digest.update(block)
    return digest


class Part:
    """The unfinished file: what it holds is kept between runs, and its digest with it."""

    def __init__(self, place: Path) -> None:
        place.parent.mkdir(parents=True, exist_ok=True)
        self._place = place
        self._path = place.with_name(place.name + PART)
        flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
        self._descriptor = os.open(self._path, flags, 0o644)
        self.digest = digest_of(self._descriptor)

    def with_md5(self) -> Digest:
        """The digest of what is held, read again for its md5."""
        os.lseek(self._descriptor, 0, os.SEEK_SET)
        return digest_of(self._descriptor, md5=True)

    def rewind(self) -> None:
        """Begin anew: nothing of what is held counts."""
        os.ftruncate(self._descriptor, 0)
        os.lseek(self._descriptor, 0, os.SEEK_SET)
        self.digest = Digest()

    def write(self, block: bytes) -> None:
        view = memoryview(block)
        while view:
            view = view[os.write(self._descriptor, view) :]
        self.digest.update(block)

    def finish(self) -> None:
        """Give the file its name, its bytes on disk first: nobody ever sees half of it."""
        os.fsync(self._descriptor)
        os.replace(self._path, self._place)

    def close(self) -> None:
        os.close(self._descriptor)
