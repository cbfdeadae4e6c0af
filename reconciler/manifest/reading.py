"""Opens a file of a source and reads it once: digests, rows and headers in the same pass.

Nothing is asked or remembered here of earlier runs, so that any process may do it.
"""

from __future__ import annotations

import io
import os
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reconciler.diagnostic import Diagnostic, Severity, SourceLocation
from reconciler.manifest.file_facts import FileFacts, row_check, weights_check
from reconciler.manifest.file_set import LocalFile, identity
from reconciler.manifest.hashing import Digest, blocks
from reconciler.manifest.pointers import LONGEST, is_annexed, lfs_pointer
from reconciler.manifest.rows import check_rows
from reconciler.manifest.weights import CONFIGS, Flaw, read_config, safetensors_problem

if TYPE_CHECKING:
    from collections.abc import Callable

    from reconciler.manifest.file_facts import Told
    from reconciler.manifest.row_summary import RowSummary

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


@dataclass(frozen=True, slots=True)
class Place:
    """A file of a source: its name in the upload, its path without links, its path for the user."""

    key: str
    real: str
    shown: str


@dataclass(frozen=True, slots=True)
class Reading:
    """What one reading of a file gave; it can be handed from process to process.

    ``facts`` are to be kept under ``status``, from before it was read; None where nothing may be.
    ``proved`` is what git says of the bytes, if they bear it out, else "".
    """

    seen: Seen
    status: os.stat_result | None = None
    facts: FileFacts = field(default_factory=FileFacts)
    proved: str = ""


def read(place: Place, wanted: Wanted, told: Callable[[os.stat_result], Told]) -> Reading:
    """Open the file and read it once; ``told`` is asked when it is open."""
    try:
        with io.FileIO(os.open(place.real, _FLAGS), "rb") as raw:
            return _read(place, raw, wanted, told)
    except OSError as error:
        return unreadable(place, error)


def unreadable(place: Place, error: OSError) -> Reading:
    seen = Seen(LocalFile(place.key, Path(place.real), 0))
    seen.error(place.shown, f"cannot be read: {error.strerror}")
    return Reading(seen)


def local_file(place: Place, status: os.stat_result, known: FileFacts, wanted: Wanted) -> LocalFile:
    """With the digests that one read gives, also when memory has more: a warm cache must not
    change what comes out of a run."""
    hashed = wanted.rows or wanted.sha256
    return LocalFile(
        place.key,
        Path(place.real),
        status.st_size,
        known.sha256 if hashed else None,
        identity(status),
        crc32c=known.crc32c if hashed else None,
    )


def _read(
    place: Place, raw: io.FileIO, wanted: Wanted, told: Callable[[os.stat_result], Told]
) -> Reading:
    """Raises OSError."""
    status = os.fstat(raw.fileno())
    start = os.pread(raw.fileno(), LONGEST, 0) if status.st_size <= LONGEST else b""
    pointer = lfs_pointer(start)
    if pointer:
        file = LocalFile(place.key, Path(place.real), pointer.size, pointer.sha256)
        return Reading(Seen(replace(file, why_absent=POINTER)))
    seen = Seen(local_file(place, status, FileFacts(), wanted))
    if is_annexed(start):
        seen.error(place.shown, "a git-annex pointer, not the file", "git annex get")
    before = told(status)
    digest = _pass(place, raw, status.st_size, wanted, seen, before.claim)
    if identity(os.fstat(raw.fileno())) != identity(status):
        seen.error(place.shown, "changed while it was read", "run it again")
        return Reading(seen)
    found = FileFacts(
        digest.sha256 if digest else None,
        digest.crc32c if digest else None,
        rows=seen.rows,
        clean=None if seen.diagnostics else wanted.check(place.key),
        config=seen.config,
        summary=seen.summary.document() if seen.summary else None,
    )
    seen.file = local_file(place, status, found, wanted)
    proved = before.claim if digest and digest.proves_claim else ""
    return Reading(seen, status if before.settled else None, found, proved)


def _pass(
    place: Place, raw: io.FileIO, size: int, wanted: Wanted, seen: Seen, claim: str
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


def _check_weights(place: Place, handle: int, size: int, seen: Seen) -> None:
    if place.key.endswith(".safetensors"):
        problem = safetensors_problem(handle, size)
        if problem:
            seen.flaw(place.shown, problem)
    elif is_config(place.key):
        config = read_config(handle, size)
        if isinstance(config, Flaw):
            seen.flaw(place.shown, config)
        else:
            seen.config = config


def is_config(key: str) -> bool:
    return key.rpartition("/")[2] in CONFIGS
