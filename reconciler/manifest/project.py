"""The project: its root, which manifests it has, where it connects, its limits and values."""

from __future__ import annotations

import os
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reconciler.diagnostic import has_errors
from reconciler.errors import UsageError
from reconciler.manifest.project_root import find_root, leads_out
from reconciler.manifest.quoting import quoted
from reconciler.manifest.suggest import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from reconciler.diagnostic import Diagnostic
    from reconciler.manifest.files import Files

DEFAULT_MANIFESTS = ("manifests/**",)
_POLICY = {
    "maxDeletes": "max_deletes",
    "maxDeleteShare": "max_delete_share",
    "maxNewJobs": "max_new_jobs",
    "budgetUsd": "budget_usd",
    "allowPublic": "allow_public",
}


@dataclass(frozen=True, slots=True)
class Policy:
    """``spec.policy``: limits of one run (contract 5); None means no limit."""

    max_deletes: int = 10
    max_delete_share: float = 0.3
    max_new_jobs: int = 5
    budget_usd: float | None = None
    allow_public: bool = False


@dataclass(frozen=True, slots=True)
class Project:
    """``file`` is None where there is no ``reconciler.yaml``: then the defaults count.

    ``manifests`` are globs relative to ``root``, which is absolute and free of symlinks.
    ``account`` and ``base_url`` are the chosen environment's, the account else ``spec.account``.
    """

    root: Path
    file: Path | None = None
    manifests: tuple[str, ...] = DEFAULT_MANIFESTS
    account: str | None = None
    base_url: str | None = None
    environment: str | None = None
    values: Mapping[str, Any] = field(default_factory=dict)
    policy: Policy = field(default_factory=Policy)
    prices: Mapping[str, Any] | None = None
    diagnostics: tuple[Diagnostic, ...] = ()


def find_project(paths: Sequence[Path], cwd: Path, environment: str | None) -> Project:
    """The project of the paths, or of ``cwd`` without any.

    Raises ``UsageError``: a path does not exist, the paths belong to different projects, or
    the project knows no such environment.
    """
    root, file = find_root([Path(path) for path in paths], cwd)
    return read_project(root, file, cwd, environment)


def read_project(
    root: Path, file: Path | None, cwd: Path, environment: str | None, tree: Files | None = None
) -> Project:
    """The project below ``root``, as ``file`` describes it; ``tree`` is where that is (None: on
    this disk). Raises ``UsageError``: it knows no such environment."""
    if file is None:
        return _chosen(Project(root), {}, environment)
    # Reads YAML: not for those who want the types alone.
    from reconciler.manifest.files import DISK
    from reconciler.manifest.project_file import read_spec

    shown = os.path.relpath(file, cwd)
    if tree is None and leads_out(root, file):
        from reconciler.manifest.read_file import problem

        # Not even read: what is wrong with another file of this machine would be told of it.
        return Project(root, file, diagnostics=(problem(shown, "a link out of the checkout"),))
    spec, diagnostics = read_spec(file, shown, tree or DISK)
    project = Project(root, file, diagnostics=tuple(diagnostics))
    if has_errors(diagnostics):
        return replace(project, environment=environment)
    return _chosen(_from_spec(project, spec), spec.get("environments", {}), environment)


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
