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
    from reconciler.kinds.registry import all_kinds
    from reconciler.manifest.load import load
    from reconciler.manifest.rules import secret_names

    kinds = all_kinds()
    loaded = load(paths, project, cwd, kinds=kinds, reads=False)
    manifests = (*loaded.manifests, *loaded.damaged)
    found = (secret_names(one.spec, kinds[one.ref.kind]) for one in manifests)
    return tuple(sorted({name for names in found for _, name in names}))


def named_secrets(
    paths: Sequence[Path], project: Project, cwd: Path, environ: Mapping[str, str]
) -> list[Secret]:
    """What those variables hold that are set."""
    from reconciler.api.secret import Secret

    names = secret_variables(paths, project, cwd)
    return [Secret(environ[name]) for name in names if environ.get(name)]
