"""One file of a source, read once: digests, rows and headers in the same pass, or from memory.

In the order of what it costs: ``stat`` and what is remembered of the file, the first bytes of a
small one (it may be a pointer), then the whole.
"""

from __future__ import annotations

import io
import os
import stat
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reconciler.diagnostic import Diagnostic, Severity, SourceLocation
from reconciler.manifest.file_facts import FileFacts, row_check, weights_check
from reconciler.manifest.file_set import FileIdentity, LocalFile
from reconciler.manifest.hashing import Digest, blocks
from reconciler.manifest.pointers import LONGEST, is_annexed, lfs_pointer
from reconciler.manifest.row_summary import RowSummary
from reconciler.manifest.rows import check_rows
from reconciler.manifest.weights import CONFIGS, Flaw, read_config, safetensors_problem

if TYPE_CHECKING:
    from reconciler.manifest.file_facts import FileMemory

POINTER, MISSING = "Git LFS pointer", "missing file"
_FLAGS = os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NOCTTY


@dataclass(frozen=True, slots=True)
class Wanted:
    """``rows``: examples in ``row_format``, else a file of a model. ``sha256``: an id or a pin
    needs it (rows are hashed in any case: beside reading them it costs nothing to speak of)."""

    rows: bool
    row_format: str | None
    sha256: bool

    def check(self, key: str) -> str:
        return row_check(self.row_format) if self.rows else weights_check(key)


@dataclass(slots=True)
class Seen:
    """What one file turned out to be; ``diagnostics`` stand in the file itself."""

    file: LocalFile
    rows: int | None = None
    config: dict[str, Any] | None = None
    summary: RowSummary | None = None
    diagnostics: list[Diagnostic] = field(default_factory=list)

    def error(self, shown: str, message: str, hint: str | None = None) -> None:
        self.flaw(shown, Flaw(message), hint)

    def flaw(self, shown: str, flaw: Flaw, hint: str | None = None) -> None:
        where = SourceLocation(shown, flaw.line, flaw.column)
        found = Diagnostic(Severity.ERROR, "invalid-file", flaw.message, where, hint=hint)
        self.diagnostics.append(found)


def look(key: str, real: str, shown: str, wanted: Wanted, memory: FileMemory) -> Seen:
    """The file at ``real``, a path without links; ``shown`` is its path for the user."""
    try:
        status = os.stat(real, follow_symlinks=False)
        known = memory.recall(real, status)
        if _suffices(known, key, wanted) and stat.S_ISREG(status.st_mode):
            return _remembered(_local(key, real, status, known, wanted), known, wanted)
        with io.FileIO(os.open(real, _FLAGS), "rb") as raw:
            return _read(_Place(key, real, shown), raw, wanted, memory)
    except OSError as error:
        seen = Seen(LocalFile(key, Path(real), 0))
        seen.error(shown, f"cannot be read: {error.strerror}")
        return seen


def _remembered(file: LocalFile, known: FileFacts, wanted: Wanted) -> Seen:
    """What the same look gave; of a file that was read in another way too, only this way's."""
    if wanted.rows:
        return Seen(file, known.rows, summary=_summary(known))
    config = known.config if _is_config(file.key) else None
    return Seen(file, config=None if config is None else dict(config))


def standing_for(
    key: str, real: str, size: int, sha256: str, why: str, memory: FileMemory
) -> LocalFile:
    """A file whose bytes are not here; what is known of them goes by their sha256."""
    known = memory.recall_content(sha256)
    return LocalFile(key, Path(real), size, sha256, None, why, known.crc32c, known.md5)


def identity(status: os.stat_result) -> FileIdentity:
    return FileIdentity(status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns)


@dataclass(frozen=True, slots=True)
class _Place:
    key: str
    real: str
    shown: str


def _suffices(known: FileFacts, key: str, wanted: Wanted) -> bool:
    if known.clean != wanted.check(key) or (wanted.sha256 and known.sha256 is None):
        return False
    if wanted.rows:
        return known.rows is not None and _summary(known) is not None
    return known.config is not None or not _is_config(key)


def _summary(known: FileFacts) -> RowSummary | None:
    return RowSummary.from_document(known.summary) if known.summary is not None else None


def _local(
    key: str, real: str, status: os.stat_result, known: FileFacts, wanted: Wanted
) -> LocalFile:
    """With the digests that one read gives, also when memory has more: a warm cache must not
    change what comes out of a run."""
    hashed = wanted.rows or wanted.sha256
    return LocalFile(
        key,
        Path(real),
        status.st_size,
        known.sha256 if hashed else None,
        identity(status),
        crc32c=known.crc32c if hashed else None,
    )


def _read(place: _Place, raw: io.FileIO, wanted: Wanted, memory: FileMemory) -> Seen:
    """Raises OSError."""
    status = os.fstat(raw.fileno())
    start = os.pread(raw.fileno(), LONGEST, 0) if status.st_size <= LONGEST else b""
    pointer = lfs_pointer(start)
    if pointer:
        given = (place.key, place.real, pointer.size, pointer.sha256)
        return Seen(standing_for(*given, POINTER, memory))
    seen = Seen(_local(place.key, place.real, status, FileFacts(), wanted))
    if is_annexed(start):
        seen.error(place.shown, "a git-annex pointer, not the file", "git annex get")
    settled, claim = memory.settled(status), memory.claim(place.real, status)
    digest = _pass(place, raw, status.st_size, wanted, seen, claim.text if claim else "")
    after = os.fstat(raw.fileno())
    if identity(after) != identity(status):
        seen.error(place.shown, "changed while it was read", "run it again")
        return seen
    found = FileFacts(
        digest.sha256 if digest else None,
        digest.crc32c if digest else None,
        rows=seen.rows,
        clean=None if seen.diagnostics else wanted.check(place.key),
        config=seen.config,
        summary=seen.summary.document() if seen.summary else None,
    )
    if settled:
        memory.remember(place.real, status, found, digest)
    seen.file = _local(place.key, place.real, status, found, wanted)
    return seen


def _pass(
    place: _Place, raw: io.FileIO, size: int, wanted: Wanted, seen: Seen, claim: str
) -> Digest | None:
    """Read the bytes once, as far as need be. Raises OSError."""
    digest = Digest(sha256=True, claim=claim, claimed_size=size)
    if wanted.rows:
        report = check_rows(raw, place.shown, wanted.row_format, digest)
        seen.rows = report.rows
        seen.summary = report.summary
        seen.diagnostics += report.diagnostics
        return digest
    _check_weights(place, raw.fileno(), size, seen)
    if not wanted.sha256:
        return None
    for block in blocks(raw.fileno()):
        digest.update(block)
    return digest


def _check_weights(place: _Place, handle: int, size: int, seen: Seen) -> None:
    if place.key.endswith(".safetensors"):
        problem = safetensors_problem(handle, size)
        if problem:
            seen.flaw(place.shown, problem)
    elif _is_config(place.key):
        config = read_config(handle, size)
        if isinstance(config, Flaw):
            seen.flaw(place.shown, config)
        else:
            seen.config = config


def _is_config(key: str) -> bool:
    return key.rpartition("/")[2] in CONFIGS
