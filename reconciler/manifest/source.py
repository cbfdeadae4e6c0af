"""``spec.source`` becomes a FileSet: what the files are, and what is wrong with their bytes."""

from __future__ import annotations

import hashlib
import io
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reconciler.diagnostic import Diagnostic, Severity, SourceLocation
from reconciler.kinds.source_facts import SourceFacts
from reconciler.manifest.file_set import FileIdentity, FileSet, LocalFile
from reconciler.manifest.finding import Finding
from reconciler.manifest.pointers import LONGEST, is_annexed, lfs_pointer
from reconciler.manifest.quoting import escaped
from reconciler.manifest.rows import check_rows
from reconciler.manifest.source_files import list_files
from reconciler.manifest.source_path import PathProblem, resolve
from reconciler.manifest.weights import CONFIGS, read_config, safetensors_problem

if TYPE_CHECKING:
    from collections.abc import Mapping

_PATH = ("spec", "source", "path")
_PIN = ("spec", "source", "sha256")
_INCLUDE = ("spec", "source", "include")
_POINTER, _MISSING = "Git LFS pointer", "missing file"
_FLAGS = os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NOCTTY


@dataclass(frozen=True, slots=True)
class Source:
    """What the manifest says of its bytes.

    ``folder`` is the manifest's own, ``root`` the project's, ``cwd`` where paths shown count
    from. ``rows``: one file of examples in ``row_format``, else the files of a model's weights.
    ``hashed``: the sha256 is needed.
    """

    written: Mapping[str, Any]
    folder: str
    root: str
    cwd: str
    rows: bool
    row_format: str | None
    hashed: bool


@dataclass(slots=True)
class Scanned:
    """The files and facts about them; ``findings`` stand in the manifest, ``diagnostics`` in
    the files themselves. With ``faulty`` the files are not to be used."""

    files: FileSet = field(default_factory=lambda: FileSet(()))
    facts: SourceFacts | None = None
    findings: list[Finding] = field(default_factory=list)
    diagnostics: list[Diagnostic] = field(default_factory=list)

    @property
    def faulty(self) -> bool:
        return any(not f.warning for f in self.findings) or any(
            d.severity is Severity.ERROR for d in self.diagnostics
        )


def scan(source: Source) -> Scanned:
    """Finds, opens and checks the files of a source. Offline; reads, never follows a link out."""
    pin = source.written.get("sha256")
    top = resolve(source.written["path"], source.folder, source.root)
    if isinstance(top, PathProblem):
        if pin and top.message.endswith("no such file or folder"):
            return _missing(source, pin)
        return Scanned(findings=[Finding(_PATH, top.message, "invalid-path", top.hint)])
    return _Scan(source, top).run()


def _missing(source: Source, pin: str) -> Scanned:
    """A pinned file that is not here stands for its content as long as nothing is sent."""
    path = os.path.normpath(os.path.join(source.folder, source.written["path"]))
    name = os.path.basename(path)
    file = LocalFile(name, Path(path), 0, pin.lower(), why_absent=_MISSING)
    note = Finding(
        _PATH, f"{escaped(name)} is not checked: {_MISSING}", "not-checked", warning=True
    )
    return Scanned(FileSet((file,)), None, [note])


class _Scan:
    def __init__(self, source: Source, top: str) -> None:
        self._source = source
        self._top = top
        self._out = Scanned()
        self._rows: int | None = None
        self._configs: dict[str, dict[str, Any]] = {}

    def run(self) -> Scanned:
        listing = list_files(self._top, self._source.root, self._source.written.get("include", ()))
        for message in listing.problems:
            self._out.findings.append(Finding(_PATH, message, "invalid-source"))
        for pattern in listing.unmatched:
            message = f"{escaped(pattern)} matches no file"
            self._out.findings.append(Finding(_INCLUDE, message, "no-match", warning=True))
        if listing.problems:
            return self._out
        files = tuple(self._open(key, real) for key, real in listing.files.items())
        self._out.files = FileSet(files, self._rows)
        sizes = {file.key: file.size for file in files}
        self._out.facts = SourceFacts(sizes, self._rows, self._configs)
        self._check_set(files)
        return self._out

    def _check_set(self, files: tuple[LocalFile, ...]) -> None:
        nested = [file.key for file in files if "/" in file.key]
        if nested:
            count = f"{len(nested)} files" if len(nested) > 1 else "1 file"
            message = f"{count} in subfolders, such as {escaped(nested[0])}: not documented"
            self._out.findings.append(Finding(_PATH, message, "nested-file", warning=True))
        pointers = [file.key for file in files if file.why_absent == _POINTER]
        if pointers:
            more = f" and {len(pointers) - 1} more" if len(pointers) > 1 else ""
            message = f"{escaped(pointers[0])}{more}: not checked: {_POINTER}"
            self._note_pointer(message)
        self._check_pin(files)

    def _note_pointer(self, message: str) -> None:
        hint = "git lfs pull"
        self._out.findings.append(Finding(_PATH, message, "not-checked", hint, warning=True))

    def _check_pin(self, files: tuple[LocalFile, ...]) -> None:
        pin = self._source.written.get("sha256")
        found = files[0].sha256 if len(files) == 1 else None
        if pin and found and pin.lower() != found:
            message = f"the file's sha256 is another one: {found}"
            hint = "write the new digest, or bring back the pinned file"
            self._out.findings.append(Finding(_PIN, message, "pin-differs", hint))

    def _open(self, key: str, real: str) -> LocalFile:
        try:
            handle = os.open(real, _FLAGS)
        except OSError as error:
            self._file_error(real, f"cannot be read: {error.strerror}")
            return LocalFile(key, Path(real), 0)
        with io.FileIO(handle, "rb") as raw:
            try:
                return self._read(key, real, raw)
            except OSError as error:
                self._file_error(real, f"cannot be read: {error.strerror}")
                return LocalFile(key, Path(real), 0)

    def _read(self, key: str, real: str, raw: io.FileIO) -> LocalFile:
        handle = raw.fileno()
        status = os.fstat(handle)
        size = status.st_size
        start = os.pread(handle, LONGEST, 0) if size <= LONGEST else b""
        pointer = lfs_pointer(start)
        if pointer:
            return LocalFile(key, Path(real), pointer.size, pointer.sha256, why_absent=_POINTER)
        if is_annexed(start):
            self._file_error(real, "a git-annex pointer, not the file", "git annex get")
        digest = self._check_bytes(key, real, raw, size)
        if os.fstat(handle).st_mtime_ns != status.st_mtime_ns:
            self._file_error(real, "changed while it was read", "run it again")
        identity = FileIdentity(status.st_dev, status.st_ino, size, status.st_mtime_ns)
        return LocalFile(key, Path(real), size, digest, identity)

    def _check_bytes(self, key: str, real: str, raw: io.FileIO, size: int) -> str | None:
        if self._source.rows:
            report = check_rows(
                raw, self._shown(real), self._source.row_format, hashed=self._source.hashed
            )
            self._rows = report.rows
            self._out.diagnostics += report.diagnostics
            return report.sha256
        self._check_weights(key, real, raw.fileno(), size)
        return _sha256(raw) if self._source.hashed else None

    def _check_weights(self, key: str, real: str, handle: int, size: int) -> None:
        if key.endswith(".safetensors"):
            problem = safetensors_problem(handle, size)
            if problem:
                self._file_error(real, problem)
        elif key.rpartition("/")[2] in CONFIGS:
            config = read_config(handle, size)
            if isinstance(config, str):
                self._file_error(real, config)
            else:
                self._configs[key] = config

    def _file_error(self, real: str, message: str, hint: str | None = None) -> None:
        where = SourceLocation(self._shown(real))
        found = Diagnostic(Severity.ERROR, "invalid-file", message, where, hint=hint)
        self._out.diagnostics.append(found)

    def _shown(self, real: str) -> str:
        return escaped(os.path.relpath(real, self._source.cwd))


def _sha256(raw: io.FileIO) -> str:
    raw.seek(0)
    return hashlib.file_digest(raw, "sha256").hexdigest()
