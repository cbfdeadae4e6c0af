"""Where a file of a download goes, whatever the platform calls it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from reconciler.errors import ContentError
from reconciler.transfer.part import MAP, PART

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

LONGEST = 255 - len(MAP)  # bytes of a name on common file systems, less what is put behind it


def targets(folder: Path, keys: Iterable[str]) -> dict[str, Path]:
    """The place of each file below ``folder``. Raises ContentError for a name that would escape it.

    The names come from whoever uploaded: absolute ones, ``..``, backslashes, NUL and a way through
    a symlink that leads outside are refused before anything is written, and so are ``.git`` and
    whatever lies in a hidden folder: in a checkout that would be run (hooks, workflows). So are
    names that are too long for a file system.
    """
    root = folder.resolve()
    return {key: _target(root, key) for key in sorted(keys)}


def _target(root: Path, key: str) -> Path:
    parts = key.split("/")
    bad = any(part in ("", ".", "..") for part in parts) or not key.isprintable()
    hidden = any(part.startswith(".") for part in parts[:-1]) or parts[-1].lower() == ".git"
    if bad or hidden or "\\" in key or key.endswith((PART, MAP)) or _too_long(parts):
        raise ContentError(f"the platform named a file {key[:100]!r}, which is not a plain name")
    place = root.joinpath(*parts)
    if place.is_symlink() or not place.parent.resolve().is_relative_to(root):
        raise ContentError(f"{key} would be written outside {root.name}/ through a link")
    return place


def _too_long(parts: Iterable[str]) -> bool:
    return any(len(os.fsencode(part)) > LONGEST for part in parts)
