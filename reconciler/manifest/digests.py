"""Hashes files that an id turned out to follow: who refers to whom shows after loading only."""

from __future__ import annotations

import hashlib
import os
from dataclasses import replace
from typing import TYPE_CHECKING

from reconciler.diagnostic import Diagnostic, Severity, SourceLocation
from reconciler.manifest.file_set import FileIdentity

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from reconciler.manifest.file_set import FileSet, LocalFile
    from reconciler.manifest.manifest import Manifest
    from reconciler.ref import ResourceRef

_FLAGS = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


def with_digests(
    manifests: Sequence[Manifest], refs: frozenset[ResourceRef], cwd: Path
) -> tuple[tuple[Manifest, ...], tuple[Diagnostic, ...]]:
    """The manifests with the sha256 of every file of ``refs``; a file that cannot be read any
    more, or is another one than was scanned, is a problem and stays without."""
    problems: list[Diagnostic] = []
    done = tuple(
        replace(manifest, files=_hashed(manifest.files, cwd, problems))
        if manifest.ref in refs and manifest.files is not None
        else manifest
        for manifest in manifests
    )
    return done, tuple(problems)


def _hashed(files: FileSet, cwd: Path, problems: list[Diagnostic]) -> FileSet:
    return replace(files, files=tuple(_file(file, cwd, problems) for file in files.files))


def _file(file: LocalFile, cwd: Path, problems: list[Diagnostic]) -> LocalFile:
    if file.sha256 is not None or file.identity is None:
        return file
    try:
        return replace(file, sha256=_sha256(file))
    except OSError as error:
        said = error.strerror or str(error)
        where = SourceLocation(os.path.relpath(file.path, cwd))
        message = f"cannot be read: {said}"
        problems.append(Diagnostic(Severity.ERROR, "invalid-file", message, where))
        return file


def _sha256(file: LocalFile) -> str:
    """Raises OSError, also when the file is not the one that was scanned."""
    with open(os.open(file.path, _FLAGS), "rb", buffering=0) as raw:
        _check(file, os.fstat(raw.fileno()))
        digest = hashlib.file_digest(raw, "sha256").hexdigest()
        _check(file, os.fstat(raw.fileno()))
    return digest


def _check(file: LocalFile, status: os.stat_result) -> None:
    found = FileIdentity(status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns)
    if found != file.identity:
        raise OSError("it changed while it was read")
