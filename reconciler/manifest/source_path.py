"""``source.path``: relative to the manifest's file, inside the project's root, no surprises."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, NamedTuple

from reconciler.manifest.files import DISK
from reconciler.manifest.quoting import quoted

if TYPE_CHECKING:
    from reconciler.manifest.files import Files

_DRIVE = re.compile(r"[A-Za-z]:[\\/]")
_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")


class PathProblem(NamedTuple):
    """Why a path is refused; neither part ever quotes what a file holds."""

    message: str
    hint: str | None = None


def resolve(written: str, folder: str, root: str, tree: Files = DISK) -> str | PathProblem:
    """The absolute path without links; ``folder`` is the manifest's, ``root`` the project's."""
    refused = _refused(written)
    if refused:
        return PathProblem(f"expected a path relative to this file, but was {refused}")
    try:
        real = tree.realpath(os.path.join(folder, written))
    except (OSError, ValueError):
        return PathProblem("not a path that this system can open")
    if not inside(real, root):
        message = f"{quoted(written)} leads out of the project's root"
        return PathProblem(message, "copy the files into the project")
    if not tree.lexists(real):
        hint = "variables are not expanded" if "$" in written else None
        return PathProblem(f"{quoted(written)}: no such file or folder", hint)
    if written.endswith("/") and not tree.isdir(real):
        return PathProblem(f"{quoted(written)} ends with / but is no folder")
    return real


def _refused(written: str) -> str | None:
    if "\0" in written or "\n" in written or "\r" in written:
        return "one with a control character"
    if written.startswith("/") or _DRIVE.match(written):
        return "absolute"
    if _URL.match(written):
        return "a URL"
    if written.startswith("~"):
        return "one with ~, which is not expanded"
    return "one with a backslash: write /" if "\\" in written else None


def inside(real: str, root: str) -> bool:
    """Whether a path without links is the root or below it."""
    return real == root or real.startswith(root.rstrip("/") + "/")
