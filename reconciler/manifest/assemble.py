"""One document becomes one Manifest, or the reasons why it cannot."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from reconciler.cache import NoCache
from reconciler.manifest.envelope import check_schema
from reconciler.manifest.files import DISK
from reconciler.manifest.finding import Finding
from reconciler.manifest.manifest import IdStrategy, Lifecycle, Manifest
from reconciler.manifest.remains import concerns, remains
from reconciler.manifest.rules import (
    UNSET,
    check_hashed,
    check_kind,
    check_metadata,
    secret_names,
)
from reconciler.manifest.values import Substitution
from reconciler.ref import ResourceRef

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from reconciler.cache import Cache
    from reconciler.diagnostic import Diagnostic
    from reconciler.kinds.kind import Kind
    from reconciler.manifest.document import Document
    from reconciler.manifest.file_facts import FileMemory
    from reconciler.manifest.files import Files
    from reconciler.manifest.project import Project
    from reconciler.manifest.schema_set import SchemaSet
    from reconciler.manifest.source import Scanned

_SHOWN = re.compile(r"[A-Z][A-Za-z]{0,62}/[a-z0-9.-]{1,255}")
_HASHED = IdStrategy.CONTENT_HASH.value
_DEFAULT_LIFECYCLE = Lifecycle()
_STRATEGIES = {strategy.value: strategy for strategy in IdStrategy}


@dataclass(slots=True)
class Assembly:
    """What every document needs, and what all of them have come to; without ``reads`` the files
    of sources are named and not looked into; ``tree`` is where all files are."""

    project: Project
    cwd: Path
    kinds: Mapping[str, Kind]
    schemas: SchemaSet
    environ: Mapping[str, str]
    cache: Cache = field(default_factory=NoCache)
    reads: bool = True
    tree: Files = DISK
    manifests: list[Manifest] = field(default_factory=list)
    diagnostics: list[Diagnostic] = field(default_factory=list)
    broken: set[ResourceRef] = field(default_factory=set)
    damaged: list[Manifest] = field(default_factory=list)
    folder: str = ""
    has_values: bool = False
    trusted: bool = True
    memory: FileMemory | None = None

    def open_file(self, folder: str, *, has_values: bool, trusted: bool) -> None:
        """The documents that follow are of one file in ``folder``.

        ``has_values``: something in it looks like ``${values.x}``. ``trusted`` is False when it
        holds a credential: then none of it goes any further.
        """
        self.folder, self.has_values, self.trusted = folder, has_values, trusted


def assemble(document: Document, assembly: Assembly) -> None:
    """Adds the document's manifest, or its ref to the broken ones, and all its problems."""
    findings = _substituted(document, assembly) if assembly.has_values else []
    checked = check_schema(document, document.tree, assembly.kinds, assembly.schemas)
    findings += [f for f in checked.findings if f.path not in {g.path for g in findings}]
    tree, wrong = checked.tree, [finding for finding in findings if not finding.warning]
    sound = remains(tree, wrong) if wrong else tree
    scanned: Scanned | None = None
    if checked.kind and sound is not None:
        scanned, more = _beyond_schema(sound, checked.kind, assembly, wrong)
        findings += [finding for finding in more if not (wrong and concerns(finding, wrong))]
    ref = _ref(tree)
    assembly.diagnostics += [f.diagnostic(document.locator, ref) for f in findings]
    bad_bytes = scanned is not None and scanned.faulty
    if ref and assembly.trusted and not (document.broken or bad_bytes or _errors(findings)):
        assembly.manifests.append(_manifest(document, tree, ref, scanned))
    elif ref:
        assembly.broken.add(ref)
        if checked.kind and sound is not None and assembly.trusted:
            assembly.damaged.append(_manifest(document, sound, ref, scanned))


def give_up(document: Document, assembly: Assembly) -> None:
    """The file has more problems than anybody reads: its other documents are not checked."""
    ref = _ref(document.tree) if isinstance(document.tree, dict) else None
    finding = Finding((), "not checked: too many problems before it in this file", "limit")
    if not any(d.code == "limit" for d in assembly.diagnostics[-1:]):
        assembly.diagnostics.append(finding.diagnostic(document.locator, ref))
    if ref:
        assembly.broken.add(ref)


def _substituted(document: Document, assembly: Assembly) -> list[Finding]:
    substitution = Substitution(assembly.project.values)
    substitution.document(document.tree)
    return substitution.findings


def _errors(findings: list[Finding]) -> bool:
    return any(not finding.warning for finding in findings)


def _ref(tree: Mapping[str, Any]) -> ResourceRef | None:
    """Whose manifest it is, if it says so in words that may be shown."""
    metadata = tree.get("metadata")
    name = metadata.get("name") if isinstance(metadata, dict) else None
    kind = tree.get("kind")
    if not (isinstance(kind, str) and isinstance(name, str)):
        return None
    return ResourceRef(kind, name) if _SHOWN.fullmatch(f"{kind}/{name}") else None


def _beyond_schema(
    tree: Mapping[str, Any], kind: Kind, assembly: Assembly, wrong: Sequence[Finding]
) -> tuple[Scanned | None, list[Finding]]:
    """What no schema says: metadata against the kind, the bytes, the kind's check, secrets.

    ``wrong`` are the errors so far; the fields that have them are missing in ``tree``.
    """
    metadata, spec = tree["metadata"], tree.get("spec", {})
    findings: list[Finding] = []
    if len(metadata) > 1 and not any(finding.path[0] == "metadata" for finding in wrong):
        findings += check_metadata(metadata, kind, assembly.schemas)
        findings += check_hashed(metadata, spec, kind)
    if "state" in metadata and metadata.get("idStrategy") != _HASHED:
        return None, findings  # its id needs no bytes, and they may be gone already
    scanned = _scan(tree, kind, assembly)
    facts = scanned.facts if scanned else None
    findings += scanned.findings if scanned else ()
    if "state" not in metadata and not (scanned and scanned.faulty):
        findings += check_kind(spec, kind, facts)
    for path, name in secret_names(spec, kind):
        if not assembly.environ.get(name):
            message = f"the environment variable {name} is not set"
            findings.append(Finding(path, message, UNSET, warning=True))
    return scanned, findings


def _scan(tree: Mapping[str, Any], kind: Kind, assembly: Assembly) -> Scanned | None:
    spec = tree.get("spec", {})
    if kind.content is None or "path" not in spec.get("source", ()):
        return None
    # Only who brings bytes pays for it.
    from reconciler.manifest.checkout import Checkout
    from reconciler.manifest.file_facts import FileMemory
    from reconciler.manifest.source import Source, scan

    written = spec["source"]
    hashed = tree["metadata"].get("idStrategy") == _HASHED or "sha256" in written
    if assembly.memory is None:
        checkout = Checkout(assembly.project.root)
        assembly.memory = FileMemory(assembly.cache, checkout=checkout)
    source = Source(
        written,
        assembly.folder,
        str(assembly.project.root),
        str(assembly.cwd),
        kind.content.single_file,
        spec.get("format"),
        hashed,
        assembly.memory,
        assembly.reads,
        assembly.tree,
    )
    scanned = scan(source)
    assembly.diagnostics += scanned.diagnostics
    return scanned


def _manifest(
    document: Document, tree: Mapping[str, Any], ref: ResourceRef, scanned: Scanned | None
) -> Manifest:
    metadata, spec = tree["metadata"], tree.get("spec", {})
    if scanned:
        spec = {name: value for name, value in spec.items() if name != "source"}
    return Manifest(
        ref,
        spec,
        document.start,
        _STRATEGIES[metadata.get("idStrategy", "exact")],
        _lifecycle(metadata["lifecycle"]) if "lifecycle" in metadata else _DEFAULT_LIFECYCLE,
        "state" in metadata,
        scanned.files if scanned else None,
        document.locator.locate,
    )


def _lifecycle(written: Mapping[str, Any]) -> Lifecycle:
    ignored = tuple(written.get("ignoreChanges", ()))
    return _one_lifecycle(
        written.get("preventDestroy"), ignored, written.get("attempt", 1), written.get("keepLatest")
    )


_one_lifecycle = lru_cache(maxsize=64)(Lifecycle)  # most manifests say one of a few
