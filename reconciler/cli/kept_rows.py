"""Rows that ``export`` brought stay where the whole of what it wrote still plans with them.

A manifest with a pin stands without its rows. With them every row is looked at, by its dataset and
by the jobs that train on it: what the platform took long ago may be refused here today.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from reconciler.diagnostic import Severity
from reconciler.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path


def drop_misfits(folder: Path, brought: Iterable[Path], account: str) -> Iterator[tuple[Path, str]]:
    """Remove what was brought and is refused; each with the first thing that is said against it.

    Rows that only a job refuses go with all others: which of them it means, nobody says."""
    root = folder.resolve()
    left = {os.path.relpath(path.resolve(), root): path for path in brought}
    while left and (said := _errors(root, account)):
        named = {where: text for where, text in said.items() if where in left}
        reasons = named or dict.fromkeys(left, next(iter(said.values())))
        for where, text in reasons.items():
            path = left.pop(where)
            path.unlink()
            yield path, text


def _errors(folder: Path, account: str) -> dict[str, str]:
    """The first error of each file, by its path below the folder."""
    from reconciler.engine import desire
    from reconciler.manifest.project import Project

    try:
        desire([folder], Project(folder), folder, account)
    except InvalidInput as found:
        errors = [said for said in reversed(found.diagnostics) if said.severity is Severity.ERROR]
        return {said.location.path if said.location else "": said.message for said in errors}
    return {}
