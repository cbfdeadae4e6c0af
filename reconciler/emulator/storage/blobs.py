"""Stored objects: received in pieces, hashed on the way, kept in memory, on disk or not."""

from __future__ import annotations

import hashlib
import os
import threading
import uuid
from base64 import b64encode
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Protocol

import google_crc32c

if TYPE_CHECKING:
    from reconciler.emulator.clock import Clock

PIECE = 1 << 20
"""Bytes are moved in pieces of 1 MiB."""


class Digest(Protocol):
    """A running hash, as hashlib and google_crc32c both offer it."""

    def update(self, data: bytes, /) -> None: ...
    def digest(self) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Blob:
    """One finished object. content: its bytes, the file that has them, or None."""

    size: int
    crc32c: bytes
    md5: bytes
    generation: int
    content: bytes | Path | None
    updated: float = 0.0
    """When it was put in place, seconds since the epoch."""

    def read(self, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """Bytes `start` to `end` (excluded) in pieces; zeros where they were not kept."""
        stop = self.size if end is None else end
        if isinstance(self.content, Path):
            yield from _read_file(self.content, start, stop)
            return
        while start < stop:
            width = min(PIECE, stop - start)
            kept = self.content
            yield bytes(width) if kept is None else kept[start : start + width]
            start += width

    @property
    def hash_header(self) -> str:
        """`crc32c=…,md5=…`, both base64, as GCS sends them."""
        return f"crc32c={b64encode(self.crc32c).decode()},md5={b64encode(self.md5).decode()}"

    @property
    def headers(self) -> dict[str, str]:
        """What identifies the object's bytes in an answer (fact sheet 19.6)."""
        return {
            "ETag": f'"{self.md5.hex()}"',
            "x-goog-generation": str(self.generation),
            "x-goog-metageneration": "1",
            "x-goog-hash": self.hash_header,
            "x-goog-stored-content-encoding": "identity",
            "x-goog-stored-content-length": str(self.size),
            "x-goog-storage-class": "STANDARD",
        }


def _read_file(path: Path, start: int, stop: int) -> Iterator[bytes]:
    with path.open("rb") as file:
        file.seek(start)
        while start < stop:
            piece = file.read(min(PIECE, stop - start))
            if not piece:
                raise EOFError(f"{path} is shorter than it was")
            start += len(piece)
            yield piece


class Sink:
    """Takes an object's bytes in order; `finish` gives the blob, `abort` forgets them."""

    def __init__(self, folder: Path | None, keep: int | None, generation: int) -> None:
        self.size = 0
        self._crc: Digest = google_crc32c.Checksum()  # type: ignore[no-untyped-call]
        self._md5: Digest = hashlib.md5(usedforsecurity=False)
        self._keep = keep
        self._generation = generation
        self._path = folder / uuid.uuid4().hex if folder else None
        self._file: BinaryIO | None = None
        self._memory: bytearray | None = None if folder else bytearray()

    def write(self, data: bytes) -> None:
        """Append `data`; beyond the keep limit only digests and size go on."""
        self.size += len(data)
        self._crc.update(data)
        self._md5.update(data)
        if self._keep is not None and self.size > self._keep:
            self._forget()
        elif self._path is not None:
            self._file = self._file or self._path.open("wb")
            self._file.write(data)
        elif self._memory is not None:
            self._memory += data

    def finish(self) -> Blob:
        """The object as received."""
        content: bytes | Path | None = None if self._memory is None else bytes(self._memory)
        if self._path is not None:
            self._file = self._file or self._path.open("wb")
            self._file.close()
            content = self._path
        crc, md5 = self._crc.digest(), self._md5.digest()
        return Blob(self.size, crc, md5, self._generation, content)

    def abort(self) -> None:
        """Forget everything received."""
        self._forget()

    def _forget(self) -> None:
        self._memory = None
        if self._file is not None:
            self._file.close()
            self._file = None
        if self._path is not None:
            self._path.unlink(missing_ok=True)
            self._path = None


BlobJournal = Callable[[str, Blob | None], None]


class Blobs:
    """Finished objects by key, such as `accounts/acme/models/m/000001/config.json`."""

    def __init__(self, clock: Clock, folder: Path | None, keep: int | None) -> None:
        """folder: where bytes are kept on disk; keep: above so many bytes only digests are."""
        self._clock = clock
        self._folder = folder
        self._keep = keep
        self._blobs: dict[str, Blob] = {}
        self._lock = threading.Lock()
        self._generation = 1_767_225_600_000_000
        self.journal: BlobJournal | None = None

    def sink(self) -> Sink:
        """A place for a new object's bytes."""
        with self._lock:
            self._generation += 1
            return Sink(self._folder, self._keep, self._generation)

    def commit(self, key: str, blob: Blob) -> None:
        """Put the object in place, at once and whole; one it replaces is forgotten."""
        blob = replace(blob, updated=self._clock.now())
        with self._lock:
            replaced = self._blobs.get(key)
            self._blobs[key] = blob
            self._generation = max(self._generation, blob.generation)
        if self.journal:
            self.journal(key, blob)
        _unlink(replaced)

    def restore(self, key: str, blob: Blob) -> None:
        """Replay of the journal: no file is touched."""
        self._blobs[key] = blob
        self._generation = max(self._generation, blob.generation)

    def find(self, key: str) -> Blob | None:
        """The object, or None."""
        return self._blobs.get(key)

    def keys(self, prefix: str) -> list[str]:
        """Keys that begin with `prefix`, sorted."""
        with self._lock:
            return sorted(key for key in self._blobs if key.startswith(prefix))

    def drop(self, prefix: str) -> None:
        """Forget every object whose key begins with `prefix`."""
        for key in self.keys(prefix):
            with self._lock:
                blob = self._blobs.pop(key, None)
            if self.journal:
                self.journal(key, None)
            _unlink(blob)


def _unlink(blob: Blob | None) -> None:
    if blob is not None and isinstance(blob.content, Path):
        # A reader may have it open still: on POSIX it reads on.
        os.unlink(blob.content)
