"""Finds the project's root: the folder of reconciler.yaml, else of the checkout, else the path."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from reconciler.errors import UsageError
from reconciler.manifest.quoting import escaped

if TYPE_CHECKING:
    from collections.abc import Sequence


PROJECT_FILE = "reconciler.yaml"


def find_root(paths: Sequence[Path], cwd: Path) -> tuple[Path, Path | None]:
    """The root, free of symlinks, and the project file if there is one (contract 1.1).

    Raises ``UsageError`` when a path does not exist or two belong to different projects.
    """
    starts = [_start(path, cwd) for path in paths] or [cwd]
    found = list(dict.fromkeys(_upwards(start) for start in starts))
    files = [file for _, file in found]
    if len(set(files)) > 1:
        shown = ", ".join(sorted(str(root) for root, _ in found))
        raise UsageError(f"the paths belong to different projects: {escaped(shown)}")
    roots = [root for root, _ in found]
    root = roots[0] if len(roots) == 1 else Path(os.path.commonpath(roots))
    return Path(os.path.realpath(root)), files[0]


def _start(path: Path, cwd: Path) -> Path:
    whole = cwd / path
    if not os.path.lexists(whole):
        raise UsageError(f"{escaped(str(path))}: no such file or folder")
    return whole if whole.is_dir() else whole.parent


def leads_out(root: Path, file: Path) -> bool:
    """Whether a project file is a link to somewhere outside of its checkout (of ``root``, where
    there is none)."""
    if not file.is_symlink():
        return False
    tops = (folder for folder in (root, *root.parents) if os.path.lexists(folder / ".git"))
    return not Path(os.path.realpath(file)).is_relative_to(next(tops, root))


def _upwards(start: Path) -> tuple[Path, Path | None]:
    """Never past the top of a checkout: what lies above belongs to somebody else."""
    here = Path(os.path.abspath(start))
    for folder in (here, *here.parents):
        if os.path.lexists(folder / PROJECT_FILE):
            return folder, folder / PROJECT_FILE
        if os.path.lexists(folder / ".git"):
            return folder, None
    return here, None
