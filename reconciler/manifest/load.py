"""Files become Manifests; every problem of every file is collected, none is raised."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from reconciler.cache import NoCache
from reconciler.diagnostic import Diagnostic
from reconciler.manifest.assemble import Assembly, assemble, give_up
from reconciler.manifest.discover import discover
from reconciler.manifest.files import DISK
from reconciler.manifest.parse import parse
from reconciler.manifest.schema_set import SchemaSet, shipped_schemas
from reconciler.manifest.secrets import secret_diagnostics
from reconciler.manifest.source_text import decode
from reconciler.manifest.values import MARK
from reconciler.ref import ResourceRef

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from reconciler.cache import Cache
    from reconciler.kinds.kind import Kind
    from reconciler.manifest.discover import ManifestFile
    from reconciler.manifest.file_facts import FileMemory
    from reconciler.manifest.files import Files
    from reconciler.manifest.manifest import Manifest
    from reconciler.manifest.project import Project

_DOCUMENT_END = re.compile(r"^(?:---|\.\.\.)(?=\s|$)", re.MULTILINE)
_KIND = re.compile(r"^kind:[ \t]*([\w-]+)[ \t]*\r?$", re.MULTILINE)
_NAME = re.compile(
    r"^metadata:.{0,2000}?\bname:[ \t]*[\"']?([a-z][a-z0-9-]*)", re.MULTILINE | re.DOTALL
)
_MOST_PROBLEMS = 1000  # of one file: more are no help, and each costs time
_UNREAD = frozenset({"unreadable-file", "invalid-text", "invalid-yaml", "limit"})


@dataclass(frozen=True, slots=True)
class Ahead:
    """When files of rows are read ahead, side by side: once ``many`` bytes of them had to be read
    one after the other, if ``worth`` more are left to be read. ``processes`` None: one a core."""

    many: int = 32_000_000
    worth: int = 64_000_000
    processes: int | None = None


_AHEAD = Ahead()
"""A process costs two hundred milliseconds to start, and half a second reads 50 MB."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """The manifests without errors, in the order of their files, and all problems, sorted.

    ``broken`` are the resources whose manifests have errors, as far as they can be named:
    they are declared, so nothing that refers to them is dangling; ``damaged`` is what their
    manifests say without the fields in error, to be checked and never built. ``unreadable``
    says that some file could not be read to its end: there may be more resources than anybody
    knows of.
    """

    manifests: tuple[Manifest, ...]
    diagnostics: tuple[Diagnostic, ...]
    broken: frozenset[ResourceRef] = frozenset()
    damaged: tuple[Manifest, ...] = ()
    unreadable: bool = False


def load(
    paths: Sequence[Path],
    project: Project,
    cwd: Path,
    *,
    kinds: Mapping[str, Kind] | None = None,
    schemas: SchemaSet | None = None,
    environ: Mapping[str, str] | None = None,
    cache: Cache | None = None,
    reads: bool = True,
    tree: Files = DISK,
    ahead: Ahead = _AHEAD,
) -> Loaded:
    """All manifests of the paths, of the project when there are none. Offline.

    ``environ`` is only asked which variables are set, for ``{env: NAME}``. ``cache`` saves
    reading files again that have not changed. Without ``reads`` the files of sources are named and
    not looked into. ``tree`` is where all files are: this disk, or a commit.
    """
    if kinds is None:
        from reconciler.kinds.registry import all_kinds

        kinds = all_kinds()
    environ = os.environ if environ is None else environ
    search = discover(paths, project, cwd, tree)
    assembly = Assembly(
        project,
        cwd,
        kinds,
        schemas or shipped_schemas(),
        environ,
        cache or NoCache(),
        reads,
        tree,
    )
    assembly.diagnostics += search.diagnostics
    for number, file in enumerate(search.files):
        memory = assembly.memory
        if assembly.tree is DISK and memory and memory.read_bytes >= ahead.many:
            assembly.tree = _read_ahead(search.files[number:], assembly, memory, ahead)
        _load_file(file, assembly)
    return _loaded(assembly)


def _read_ahead(
    files: Sequence[ManifestFile], assembly: Assembly, memory: FileMemory, ahead: Ahead
) -> Files:
    """The disk; where there are cores for it with the rows that the rest of ``files`` names."""
    from reconciler.manifest.read_ahead import read_ahead  # only who has so much pays for it
    from reconciler.manifest.reading_pool import cores

    processes = cores() if ahead.processes is None else ahead.processes
    given = (assembly.project, assembly.cwd, assembly.kinds, assembly.schemas, assembly.environ)
    scout = Assembly(*given, reads=False)
    for file in files if processes > 1 else ():
        _load_file(file, scout)
    named = (*scout.manifests, *scout.damaged)
    return read_ahead(named, assembly.kinds, memory, processes, ahead.worth)


def _loaded(assembly: Assembly) -> Loaded:
    found = dict.fromkeys(assembly.diagnostics)  # two manifests may share a faulty data file
    return Loaded(
        tuple(assembly.manifests),
        tuple(sorted(found, key=lambda diagnostic: diagnostic.sort_key)),
        frozenset(assembly.broken.difference(manifest.ref for manifest in assembly.manifests)),
        tuple(assembly.damaged),
        any(diagnostic.code in _UNREAD for diagnostic in found),
    )


def _load_file(file: ManifestFile, assembly: Assembly) -> None:
    raw = assembly.tree.read(file.path, file.shown)
    source = raw if isinstance(raw, Diagnostic) else decode(file.shown, raw)
    if isinstance(source, Diagnostic):
        assembly.diagnostics.append(source)
        return
    documents, problems = parse(source)
    secrets = secret_diagnostics(source)
    assembly.diagnostics += [*problems, *secrets]
    if problems:
        assembly.broken.update(_named_in(source.text))
    folder = os.path.dirname(file.path)
    assembly.open_file(folder, has_values=MARK in source.text, trusted=not secrets)
    most = len(assembly.diagnostics) + _MOST_PROBLEMS
    for document in documents:
        if len(assembly.diagnostics) < most:
            assemble(document, assembly)
        else:
            give_up(document, assembly)


def _named_in(text: str) -> Iterator[ResourceRef]:
    """The resources that a file with YAML errors seems to declare."""
    for part in _DOCUMENT_END.split(text):
        kind, name = _KIND.search(part), _NAME.search(part)
        if kind and name:
            yield ResourceRef(kind[1], name[1])
