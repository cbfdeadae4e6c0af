"""The variables that manifests name for their secrets, read from the manifests alone.

For commands that need no desired state and yet must never show what those variables hold.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from reconciler.api.secret import Secret
    from reconciler.manifest.project import Project


def secret_variables(paths: Sequence[Path], project: Project, cwd: Path) -> tuple[str, ...]:
    """Each once; those of manifests that have errors too, as far as they can be read."""
    from reconciler.cli.environment import named_by
    from reconciler.manifest.load import load

    loaded = load(paths, project, cwd, reads=False)
    return named_by((*loaded.manifests, *loaded.damaged))


def named_secrets(
    paths: Sequence[Path], project: Project, cwd: Path, environ: Mapping[str, str]
) -> list[Secret]:
    """What those variables hold that are set."""
    from reconciler.cli.environment import values_of

    return values_of(secret_variables(paths, project, cwd), environ)
