"""What a command is of, beyond its project and environment: tells one comment from another."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from reconciler.report.about import marker_for

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from reconciler.manifest.project import Project


def marker_of_command(
    project: Project, parameters: Mapping[str, Any], cwd: Path, environ: Mapping[str, str]
) -> str:
    """The marker of a command with these click ``parameters``, run in ``cwd``."""
    from reconciler.git.commits import folder_in_checkout

    shard = parameters.get("shard") or ""
    scope = scope_of(project, parameters, cwd, environ)
    folder = folder_in_checkout(project.root)
    return marker_for(folder, parameters.get("environment") or "", shard, scope)


def scope_of(
    project: Project, parameters: Mapping[str, Any], cwd: Path, environ: Mapping[str, str]
) -> tuple[str, ...]:
    """Paths, targets and exclusions; the account where the project's file does not name it."""
    given = parameters.get("account") or environ.get("FIREWORKS_ACCOUNT_ID")
    words = [f"account={given}"] if given and not project.account else []
    tops = {str(project.root)}
    paths = {os.path.realpath(cwd / path) for path in parameters.get("paths") or ()} - tops
    words += [f"path={os.path.relpath(path, project.root)}" for path in sorted(paths)]
    for name in ("target", "exclude"):
        words += [f"{name}={ref}" for ref in sorted(set(parameters.get(name) or ()))]
    return tuple(words)
