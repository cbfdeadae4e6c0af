"""Hashes files when it turns out to be needed: who refers to whom, and what the storage says of
its bytes, shows after loading only."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING

from reconciler.cache import NoCache
from reconciler.diagnostic import Diagnostic, Severity, SourceLocation
from reconciler.manifest.file_facts import FileFacts, FileMemory
from reconciler.manifest.file_set import identity
from reconciler.manifest.hashing import Digest, blocks

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from reconciler.manifest.file_set import FileSet, LocalFile
    from reconciler.manifest.manifest import Manifest
    from reconciler.ref import ResourceRef

_FLAGS = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


def with_digests(
    manifests: Sequence[Manifest],
    refs: frozenset[ResourceRef],
    cwd: Path,
    memory: FileMemory | None = None,
) -> tuple[tuple[Manifest, ...], tuple[Diagnostic, ...]]:
    """The manifests with the sha256 of every file of ``refs``; a file that cannot be read any
    more, or is another one than was scanned, is a problem and stays without."""
    if not refs:
        return tuple(manifests), ()
    problems: list[Diagnostic] = []
    known = memory or FileMemory(NoCache())
    done = tuple(
        replace(manifest, files=_hashed(manifest.files, cwd, known, problems))
        if manifest.ref in refs and manifest.files is not None
        else manifest
        for manifest in manifests
    )
    return done, tuple(problems)


def _hashed(files: FileSet, cwd: Path, memory: FileMemory, problems: list[Diagnostic]) -> FileSet:
    done = []
    for file in files.files:
        try:
            done.append(hashed(file, memory, sha256=True))
        except OSError as error:
            done.append(file)
            where = SourceLocation(os.path.relpath(file.path, cwd))
            message = f"cannot be read: {error.strerror or error}"
            problems.append(Diagnostic(Severity.ERROR, "invalid-file", message, where))
    return replace(files, files=tuple(done))


def hashed(
    file: LocalFile, memory: FileMemory, *, sha256: bool = False, md5: bool = False
) -> LocalFile:
    """The file with its crc32c or ``sha256``, and with ``md5`` when asked for; from memory, else
    read once. One whose bytes are not here stays as it is.

    Raises OSError, also when the file is not the one that was scanned.
    """
    if file.identity is None or _has(file, sha256=sha256, md5=md5):
        return file
    status = os.stat(file.path, follow_symlinks=False)
    _require_scanned(file, status)
    known = memory.recall(str(file.path), status)
    done = _with(file, known, sha256, md5)
    if _has(done, sha256=sha256, md5=md5):
        return done
    return _with(file, _read(file, memory, sha256, md5), sha256, md5)


def hashed_anew(file: LocalFile, md5: bool) -> LocalFile:
    """As ``hashed``, whatever earlier runs worked out."""
    return hashed(file, FileMemory(NoCache()), md5=md5)


def remember(
    file: LocalFile, memory: FileMemory, *, crc32c: str, sha256: str | None, md5: str | None
) -> None:
    """Digests that came of sending the file: nobody has to read it again for them."""
    try:
        status = os.stat(file.path, follow_symlinks=False)
    except OSError:
        return
    if identity(status) == file.identity:
        memory.remember(str(file.path), status, FileFacts(sha256, crc32c, md5))


def _has(file: LocalFile, *, sha256: bool, md5: bool) -> bool:
    if md5 and file.md5 is None:
        return False
    return (file.sha256 if sha256 else file.crc32c) is not None


def _with(file: LocalFile, facts: FileFacts, sha256: bool, md5: bool) -> LocalFile:
    """No more than was asked for: a warm cache must not change what comes out of a run."""
    return replace(
        file,
        sha256=file.sha256 or (facts.sha256 if sha256 else None),
        crc32c=file.crc32c or facts.crc32c,
        md5=file.md5 or (facts.md5 if md5 else None),
    )


def _read(file: LocalFile, memory: FileMemory, sha256: bool, md5: bool) -> FileFacts:
    """Raises OSError."""
    with open(os.open(file.path, _FLAGS), "rb", buffering=0) as raw:
        status = os.fstat(raw.fileno())
        _require_scanned(file, status)
        told = memory.told(str(file.path))(status)
        digest = Digest(sha256=sha256, md5=md5, claim=told.claim, claimed_size=status.st_size)
        for block in blocks(raw.fileno()):
            digest.update(block)
        _require_scanned(file, os.fstat(raw.fileno()))
    found = FileFacts(digest.sha256, digest.crc32c, digest.md5)
    if told.settled:
        memory.remember(str(file.path), status, found, told.claim * digest.proves_claim)
    return found


def _require_scanned(file: LocalFile, status: os.stat_result) -> None:
    if identity(status) != file.identity:
        raise OSError("it changed while it was read")
