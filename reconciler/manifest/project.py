"""The project: its root, which manifests it has, where it connects, its limits and values."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from reconciler.diagnostic import Diagnostic

PROJECT_FILE = "reconciler.yaml"
DEFAULT_MANIFESTS = ("manifests/**",)


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
    from reconciler.manifest import project_file, project_root  # reads YAML: not for those who
    # want the types alone

    root, file = project_root.find_root([Path(p) for p in paths], cwd)
    if file is None:
        return project_file.without_file(root, environment)
    return project_file.read_project(root, file, cwd, environment)
