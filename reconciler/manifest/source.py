"""``spec.source`` becomes a FileSet: what the files are, and what is wrong with their bytes."""

from __future__ import annotations

import os
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reconciler.cache import NoCache
from reconciler.diagnostic import Diagnostic, Severity
from reconciler.kinds.source_facts import SourceFacts
from reconciler.manifest.file_facts import FileMemory
from reconciler.manifest.file_set import FileSet, LocalFile
from reconciler.manifest.files import DISK
from reconciler.manifest.finding import Finding
from reconciler.manifest.one_read import standing_for
from reconciler.manifest.quoting import escaped
from reconciler.manifest.reading import MISSING, POINTER, Wanted
from reconciler.manifest.source_files import list_files
from reconciler.manifest.source_path import PathProblem, resolve

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reconciler.manifest.files import Files
    from reconciler.manifest.row_summary import RowSummary

_PATH = ("spec", "source", "path")
_PIN = ("spec", "source", "sha256")
_INCLUDE = ("spec", "source", "include")


@dataclass(frozen=True, slots=True)
class Source:
    """What the manifest says of its bytes.

    ``folder`` is the manifest's own, ``root`` the project's, ``cwd`` where paths shown count
    from. ``rows``: one file of examples in ``row_format``, else the files of a model's weights.
    ``hashed``: the sha256 is needed. ``memory`` knows the files of earlier runs. Without ``reads``
    the files are named and no byte is looked at. ``tree`` is where the files are.
    """

    written: Mapping[str, Any]
    folder: str
    root: str
    cwd: str
    rows: bool
    row_format: str | None
    hashed: bool
    memory: FileMemory = field(default_factory=lambda: FileMemory(NoCache()))
    reads: bool = True
    tree: Files = DISK


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
    top = resolve(source.written["path"], source.folder, source.root, source.tree)
    if isinstance(top, PathProblem):
        if pin and top.message.endswith("no such file or folder"):
            return _missing(source, pin)
        return Scanned(findings=[Finding(_PATH, top.message, "invalid-path", top.hint)])
    return _Scan(source, top).run()


def _missing(source: Source, pin: str) -> Scanned:
    """A pinned file that is not here stands for its content as long as nothing is sent."""
    path = os.path.normpath(os.path.join(source.folder, source.written["path"]))
    name = os.path.basename(path)
    known = standing_for(name, path, 0, pin.lower(), MISSING, source.memory)
    note = Finding(_PATH, f"{escaped(name)} is not checked: {MISSING}", "not-checked", warning=True)
    return Scanned(FileSet((replace(known, pinned=True),)), None, [note])


class _Scan:
    def __init__(self, source: Source, top: str) -> None:
        self._source = source
        self._top = top
        self._out = Scanned()
        self._rows: int | None = None
        self._summary: RowSummary | None = None
        self._shown = ""
        self._configs: dict[str, dict[str, Any]] = {}

    def run(self) -> Scanned:
        include = self._source.written.get("include", ())
        listing = list_files(self._top, self._source.root, include, self._source.tree)
        for message in listing.problems:
            self._out.findings.append(Finding(_PATH, message, "invalid-source"))
        for pattern in listing.unmatched:
            message = f"{escaped(pattern)} matches no file"
            self._out.findings.append(Finding(_INCLUDE, message, "no-match", warning=True))
        if listing.problems:
            return self._out
        files = tuple(self._look(key, real) for key, real in listing.files.items())
        shown = self._shown if len(files) == 1 else ""
        self._out.files = FileSet(files, self._rows, self._summary, shown)
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
        pointers = [file.key for file in files if file.why_absent == POINTER]
        if pointers:
            more = f" and {len(pointers) - 1} more" if len(pointers) > 1 else ""
            message = f"{escaped(pointers[0])}{more}: not checked: {POINTER}"
            self._note_pointer(message)
        self._check_pin(files)

    def _note_pointer(self, message: str) -> None:
        hint = "git lfs pull"
        self._out.findings.append(Finding(_PATH, message, "not-checked", hint, warning=True))

    def _check_pin(self, files: tuple[LocalFile, ...]) -> None:
        pin = self._source.written.get("sha256") if self._source.reads else None
        found = files[0].sha256 if len(files) == 1 else None
        if pin and found and pin.lower() != found:
            message = f"the file has another sha256: {found}"
            hint = "write the new digest, or bring back the pinned file"
            self._out.findings.append(Finding(_PIN, message, "pin-differs", hint))

    def _look(self, key: str, real: str) -> LocalFile:
        source = self._source
        self._shown = shown = escaped(os.path.relpath(real, source.cwd))
        pinned = "sha256" in source.written
        if not source.reads:
            return LocalFile(key, Path(real), source.tree.size(real) or 0, pinned=pinned)
        wanted = Wanted(source.rows, source.row_format, source.hashed)
        seen = source.tree.look(key, real, shown, wanted, source.memory)
        self._out.diagnostics += seen.diagnostics
        if seen.config is not None:
            self._configs[key] = seen.config
        if seen.rows is not None:
            self._rows, self._summary = seen.rows, seen.summary
        return replace(seen.file, pinned=pinned)
