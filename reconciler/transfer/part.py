"""The unfinished file of a download: ranges written side by side, kept for the next run."""

from __future__ import annotations

import json
import os
from contextlib import suppress
from typing import TYPE_CHECKING

from reconciler.transfer.hashing import Digest
from reconciler.transfer.source import BLOCK

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from reconciler.transfer.hashing import StoredFacts

PART, MAP = ".part", ".part.json"
VERSION = 1
LONGEST_MAP = 16 << 20
_OPEN = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
_READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_NEW = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC


def digest_of(
    descriptor: int, start: int, stop: int, going: Callable[[], None], *, md5: bool = False
) -> Digest:
    """The digest of bytes ``start`` to ``stop`` of an open file, or of as many as there are."""
    digest = Digest(md5=md5)
    while start < stop and (block := os.pread(descriptor, min(BLOCK, stop - start), start)):
        going()
        digest.update(block)
        start += len(block)
    return digest


def has_part(place: Path) -> bool:
    """Whether an earlier run left something of this file."""
    path = place.with_name(place.name + PART)
    return path.is_file() and path.stat().st_size > 0


class Part:
    """``<name>.part`` and, where ranges arrive out of order, ``<name>.part.json``, which says how
    much of each is there. ``held`` maps the start of a range to that; whoever goes on with bytes
    of an earlier run hashes them again, so the map may lie about none."""

    def __init__(self, place: Path, slice_bytes: int) -> None:
        """Raises OSError."""
        place.parent.mkdir(parents=True, exist_ok=True)
        self._place = place
        self._path = place.with_name(place.name + PART)
        self._map = place.with_name(place.name + MAP)
        self._slice = slice_bytes
        self.descriptor = os.open(self._path, _OPEN, 0o644)
        self.held: dict[int, int] = {}

    def resume(self, facts: StoredFacts | None) -> None:
        """Keep what is of the object that the storage has by now; nothing when that is unknown."""
        size = facts.size if facts else None
        if facts is None or size is None or not (facts.crc32c or facts.md5):
            self.wipe()
            return
        told = self._told()
        length = os.fstat(self.descriptor).st_size
        if told is None and length <= size and not self._map.exists():
            told = {"held": [min(self._slice, length - at) for at in self._starts(length)]}
        elif told is None or {**told, "held": 0} != {**self._about(facts), "held": 0}:
            self.wipe()
            return
        self.held = dict(zip(self._starts(size), told["held"], strict=False))

    def spans(self, size: int) -> list[tuple[int, int]]:
        """The ranges of a file of ``size`` bytes; an empty one has one, of no byte."""
        return [(at, min(size, at + self._slice)) for at in self._starts(size)] or [(0, 0)]

    def write(self, offset: int, block: bytes) -> None:
        view = memoryview(block)
        while view:
            count = os.pwrite(self.descriptor, view, offset)
            view, offset = view[count:], offset + count

    def save(self, facts: StoredFacts) -> None:
        """Write the map, whole or not at all; a file of one range needs none."""
        if facts.size is None or facts.size <= self._slice:
            return
        draft = self._map.with_name(self._map.name + ".new")
        with open(os.open(draft, _NEW, 0o644), "wb", buffering=0) as raw:
            raw.write(json.dumps(self._about(facts)).encode())
        os.replace(draft, self._map)

    def wipe(self) -> None:
        """Begin anew: nothing of what is there counts."""
        os.ftruncate(self.descriptor, 0)
        with suppress(FileNotFoundError):
            os.unlink(self._map)
        self.held = {}

    def finish(self, size: int) -> None:
        """Give the file its name, its bytes on disk first: nobody ever sees half of it."""
        os.ftruncate(self.descriptor, size)
        os.fsync(self.descriptor)
        os.replace(self._path, self._place)
        with suppress(FileNotFoundError):
            os.unlink(self._map)

    def close(self) -> None:
        os.close(self.descriptor)

    def _starts(self, size: int) -> range:
        return range(0, size, self._slice)

    def _about(self, facts: StoredFacts) -> dict[str, object]:
        size = facts.size or 0
        return {
            "version": VERSION,
            "size": size,
            "hash": facts.crc32c or facts.md5,
            "slice": self._slice,
            "held": [self.held.get(at, 0) for at in self._starts(size)],
        }

    def _told(self) -> dict[str, list[int]] | None:
        """The map, None when there is none that can be read."""
        try:
            with open(os.open(self._map, _READ), "rb") as raw:
                told = json.loads(raw.read(LONGEST_MAP))
            good = all(type(n) is int and 0 <= n <= self._slice for n in told["held"])
        except (OSError, ValueError, TypeError, KeyError, RecursionError):
            return None
        return told if good else None
