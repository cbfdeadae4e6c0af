"""Reads reconciler.yaml: as strict as a manifest, checked by a schema of its own."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from reconciler.diagnostic import Diagnostic, has_errors
from reconciler.errors import UsageError
from reconciler.manifest.explain import explain
from reconciler.manifest.parse import parse
from reconciler.manifest.project import DEFAULT_MANIFESTS, Policy, Project
from reconciler.manifest.quoting import quoted
from reconciler.manifest.read_file import problem, read_bounded
from reconciler.manifest.schema_set import PROJECT, SchemaSet, shipped_schemas
from reconciler.manifest.secrets import secret_diagnostics
from reconciler.manifest.source_text import decode
from reconciler.manifest.suggest import did_you_mean
from reconciler.manifest.typed import empty_values, typed

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from reconciler.manifest.document import Document

_POLICY = {
    "maxDeletes": "max_deletes",
    "maxDeleteShare": "max_delete_share",
    "maxNewJobs": "max_new_jobs",
    "budgetUsd": "budget_usd",
    "allowPublic": "allow_public",
}


def without_file(root: Path, environment: str | None) -> Project:
    """A project of defaults. Raises ``UsageError`` when an environment is asked for."""
    return _chosen(Project(root), {}, environment)


def read_project(root: Path, file: Path, cwd: Path, environment: str | None) -> Project:
    """The project as its file says it; its problems are in ``diagnostics``.

    Raises ``UsageError`` for an environment that a faultless file does not know.
    """
    shown = os.path.relpath(file, cwd)
    spec, diagnostics = _read(file, shown, shipped_schemas())
    project = Project(root, file, diagnostics=tuple(diagnostics))
    if has_errors(diagnostics):
        return replace(project, environment=environment)
    return _chosen(_from_spec(project, spec), spec.get("environments", {}), environment)


def _read(file: Path, shown: str, schemas: SchemaSet) -> tuple[Mapping[str, Any], list[Diagnostic]]:
    raw = read_bounded(str(file), shown)
    source = raw if isinstance(raw, Diagnostic) else decode(shown, raw)
    if isinstance(source, Diagnostic):
        return {}, [source]
    documents, diagnostics = parse(source)
    diagnostics += secret_diagnostics(source)
    if len(documents) > 1:
        diagnostics.append(problem(shown, "expected one document, but has several", "invalid-yaml"))
    if not documents or has_errors(diagnostics):
        return {}, diagnostics
    return _judged(documents[0], schemas, diagnostics)


def _judged(
    document: Document, schemas: SchemaSet, diagnostics: list[Diagnostic]
) -> tuple[Mapping[str, Any], list[Diagnostic]]:
    tree = typed(document.tree, schemas.place(PROJECT), document.written)
    empty = list(empty_values(tree))
    found = [f for error in schemas.errors(PROJECT, tree) for f in explain(error, ())]
    paths = {finding.path for finding in empty}
    for finding in (*empty, *(f for f in found if f.path not in paths)):
        diagnostics.append(finding.diagnostic(document.locator, None))
    return (tree.get("spec", {}) if isinstance(tree, dict) else {}), diagnostics


def _from_spec(project: Project, spec: Mapping[str, Any]) -> Project:
    policy = {_POLICY[name]: value for name, value in spec.get("policy", {}).items()}
    return replace(
        project,
        manifests=tuple(spec.get("manifests", DEFAULT_MANIFESTS)),
        account=spec.get("account"),
        values=spec.get("values", {}),
        policy=Policy(**policy),
        prices=spec.get("prices"),
    )


def _chosen(project: Project, known: Mapping[str, Any], name: str | None) -> Project:
    """The project in an environment, which replaces its account and adds to its values."""
    if name is None:
        return project
    if name not in known:
        hint = did_you_mean(name, known) or (f"known: {', '.join(known)}" if known else None)
        raise UsageError(f"the project has no environment {quoted(name)}", hint)
    chosen = known[name]
    return replace(
        project,
        environment=name,
        account=chosen.get("account", project.account),
        base_url=chosen.get("baseUrl"),
        values={**project.values, **chosen.get("values", {})},
    )
