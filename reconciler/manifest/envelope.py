"""A document against the schemas: the envelope, its kind, its spec; scalars get their types."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from reconciler.kinds.field_rule import FieldClass
from reconciler.manifest.explain import explain
from reconciler.manifest.finding import Finding
from reconciler.manifest.quoting import quoted
from reconciler.manifest.schema_place import Place
from reconciler.manifest.schema_set import ENVELOPE
from reconciler.manifest.suggest import did_you_mean
from reconciler.manifest.typed import empty_values, typed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from reconciler.kinds.kind import Kind
    from reconciler.manifest.document import Document
    from reconciler.manifest.manifest import Path
    from reconciler.manifest.schema_set import SchemaSet


_MOST = 1000  # findings of one document; 100 are shown
API_VERSION = "reconciler/v1"


@dataclass(frozen=True, slots=True)
class Checked:
    """A document's values by the schema's types, and what is wrong with them.

    ``kind`` is None when it is missing or unknown.
    """

    tree: Mapping[str, Any]
    kind: Kind | None
    findings: tuple[Finding, ...] = ()


def check_schema(
    document: Document, tree: Any, kinds: Mapping[str, Kind], schemas: SchemaSet
) -> Checked:
    """``tree`` is the document's, its ``${values.x}`` replaced; flawless ones cost microseconds."""
    kind = _kind(tree, kinds)
    if kind is not None and not document.doubtful and _flawless(tree, kind.name, schemas):
        return Checked(tree, kind)
    if not isinstance(tree, dict):
        message = "expected a mapping of apiVersion, kind, metadata and spec"
        return Checked({}, None, (Finding((), message, "wrong-type"),))
    return _judged(document, tree, kind, kinds, schemas)


def _kind(tree: Any, kinds: Mapping[str, Kind]) -> Kind | None:
    name = tree.get("kind") if isinstance(tree, dict) else None
    return kinds.get(name) if isinstance(name, str) else None


def _flawless(tree: Any, kind: str, schemas: SchemaSet) -> bool:
    spec = tree.get("spec")
    if spec is None:
        return schemas.flawless(ENVELOPE)(tree)
    return schemas.flawless(ENVELOPE)({**tree, "spec": {}}) and schemas.flawless(kind)(spec)


def _judged(
    document: Document,
    raw: Mapping[str, Any],
    kind: Kind | None,
    kinds: Mapping[str, Kind],
    schemas: SchemaSet,
) -> Checked:
    tree = typed(raw, schemas.place(ENVELOPE), document.written)
    if "spec" in raw:
        place = schemas.place(kind.name) if kind else Place((), {})
        tree = {**tree, "spec": typed(raw["spec"], place, document.written)}
    findings = [*_envelope_findings(tree, kinds, schemas)]
    if kind and isinstance(tree.get("spec"), dict) and not _foreign(tree):
        findings += _spec_findings(tree, kind, schemas)
        findings += _doubts(tree["spec"], kind, schemas, {finding.path for finding in findings})
    once = dict.fromkeys(_without_echoes(_without_nulls(findings, document, tree)))
    return Checked(tree, kind, tuple(once)[:_MOST])


def _doubts(
    spec: Mapping[str, Any], kind: Kind, schemas: SchemaSet, wrong: set[Path]
) -> Iterator[Finding]:
    """Warnings, but not of what is wrong anyway, itself or in one of its parts."""
    known = {path[:end] for path in wrong for end in range(2, len(path) + 1)}
    found = (f for e in schemas.warnings(kind.name, spec) for f in explain(e, ("spec",)))
    return (finding for finding in found if finding.path not in known)


def _foreign(tree: Mapping[str, Any]) -> bool:
    """Another tool's YAML, or another version: its fields mean nothing to us."""
    version = tree.get("apiVersion")
    return version != API_VERSION if isinstance(version, str) else "kind" not in tree


def _envelope_findings(
    tree: Mapping[str, Any], kinds: Mapping[str, Kind], schemas: SchemaSet
) -> Iterator[Finding]:
    outside = {**tree, "spec": {}} if isinstance(tree.get("spec"), dict) else tree
    found = [f for error in schemas.errors(ENVELOPE, outside) for f in explain(error, ())]
    if _foreign(tree):
        yield from (f for f in found if f.path == ("apiVersion",))
        return
    yield from found
    kind = tree.get("kind")
    if isinstance(kind, str) and kind and kind not in kinds:
        hint = did_you_mean(kind, kinds) or _kind_hint(kind, kinds)
        yield Finding(("kind",), f"unknown kind {quoted(kind)}", "unknown-kind", hint)


def _kind_hint(kind: str, kinds: Mapping[str, Kind]) -> str:
    if kind == "Project":
        return "a project is described by reconciler.yaml at its root"
    return f"known kinds: {', '.join(kinds)}"


def _spec_findings(tree: Mapping[str, Any], kind: Kind, schemas: SchemaSet) -> Iterator[Finding]:
    spec = tree["spec"]
    metadata = tree.get("metadata")
    tombstone = isinstance(metadata, dict) and "state" in metadata
    for error in schemas.errors(kind.name, spec):
        if not (tombstone and error.validator == "required"):  # it is going, not coming
            yield from (_by_kind(f, kind) for f in explain(error, ("spec",)))


def _by_kind(finding: Finding, kind: Kind) -> Finding:
    """The same finding with what the kind knows of the field: computed, secret."""
    field = ".".join(str(step) for step in finding.path[1:] if isinstance(step, str))
    secrets = [path.replace("[]", "") for path in kind.secrets]
    if any(field == s or field.startswith(f"{s}.") for s in secrets):
        message = "expected {env: NAME}, the environment variable that holds the secret"
        return Finding(finding.path, message, "literal-secret", "never write a secret here")
    if finding.code == "wrong-type" and any(s.startswith(f"{field}.") for s in secrets):
        message = "expected a mapping"  # what was written instead may be the secret
        return Finding(finding.path, message, finding.code, finding.hint)
    rule = kind.rule(field)
    if finding.code == "unknown-field" and rule and rule.field_class is FieldClass.COMPUTED:
        message = f"output only: {rule.reason}"
        return Finding(finding.path, message, "computed-field", "leave it out", on_key=True)
    return finding


def _without_nulls(
    findings: Iterable[Finding], document: Document, tree: Mapping[str, Any]
) -> Iterator[Finding]:
    """Findings about an empty field say one thing only: that it is empty."""
    empty = {finding.path: finding for finding in empty_values(tree)} if not _foreign(tree) else {}
    yield from (f for path, f in empty.items() if _was_written(document, path))
    yield from (f for f in findings if f.path not in empty)


def _without_echoes(findings: Iterable[Finding]) -> Iterator[Finding]:
    """What is of the wrong type is of course none of the allowed values either."""
    found = list(findings)
    typed_wrong = {finding.path for finding in found if finding.code == "wrong-type"}
    yield from (f for f in found if f.code != "invalid-value" or f.path not in typed_wrong)


def _was_written(document: Document, path: tuple[str | int, ...]) -> bool:
    """An alias is None too, but has been reported as what it is."""
    node: Any = document.locator.tree
    for step in path[:-1]:
        node = node[step]
    return bool(path) and (id(node), path[-1]) in document.written
