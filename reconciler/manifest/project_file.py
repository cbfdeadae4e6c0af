"""Reads reconciler.yaml: as strict as a manifest, checked by a schema of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reconciler.diagnostic import Diagnostic, has_errors
from reconciler.manifest.explain import explain
from reconciler.manifest.files import DISK
from reconciler.manifest.parse import parse
from reconciler.manifest.project_rules import check_project
from reconciler.manifest.read_file import problem
from reconciler.manifest.schema_set import PROJECT, SchemaSet, shipped_schemas
from reconciler.manifest.secrets import secret_diagnostics
from reconciler.manifest.source_text import decode
from reconciler.manifest.typed import empty_values, typed

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from reconciler.manifest.document import Document
    from reconciler.manifest.files import Files


def read_spec(
    file: Path, shown: str, tree: Files = DISK
) -> tuple[Mapping[str, Any], list[Diagnostic]]:
    """``spec`` of the project file, and all problems; ``shown`` is its path for the user.

    An empty file is a spec without fields; so is one with errors.
    """
    raw = tree.read(str(file), shown)
    source = raw if isinstance(raw, Diagnostic) else decode(shown, raw)
    if isinstance(source, Diagnostic):
        return {}, [source]
    documents, diagnostics = parse(source)
    diagnostics += secret_diagnostics(source)
    if len(documents) > 1:
        diagnostics.append(
            problem(shown, "expected one document, but the file has several", "invalid-yaml")
        )
    if not documents or has_errors(diagnostics):
        return {}, diagnostics
    return _judged(documents[0], shipped_schemas(), diagnostics)


def _judged(
    document: Document, schemas: SchemaSet, diagnostics: list[Diagnostic]
) -> tuple[Mapping[str, Any], list[Diagnostic]]:
    if not document.doubtful and schemas.flawless(PROJECT)(document.tree):
        spec = document.tree.get("spec", {})
        said = [finding.diagnostic(document.locator, None) for finding in check_project(spec)]
        return {} if has_errors(said) else spec, diagnostics + said
    tree = typed(document.tree, schemas.place(PROJECT), document.written)
    empty = list(empty_values(tree))
    found = [f for error in schemas.errors(PROJECT, tree) for f in explain(error, ())]
    paths = {finding.path for finding in empty}
    spec = {} if found or empty else tree.get("spec", {})
    ruled = check_project(spec)
    for finding in dict.fromkeys((*empty, *(f for f in found if f.path not in paths), *ruled)):
        diagnostics.append(finding.diagnostic(document.locator, None))
    return {} if has_errors(diagnostics) else spec, diagnostics
