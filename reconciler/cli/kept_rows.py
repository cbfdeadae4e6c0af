"""Rows that ``export`` brought stay where the manifests that it wrote still plan with them.

A manifest with a pin stands without its rows. With them every row is looked at, by its dataset and
by the jobs that train on it: what the platform took long ago may be refused here today. What stood
in the folder before is not asked: its problems are none of the rows'.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from reconciler.diagnostic import Severity
from reconciler.errors import InvalidInput
from reconciler.manifest.discover import ENDINGS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path


def drop_misfits(
    written: Sequence[Path], brought: Iterable[Path], folder: Path, account: str
) -> Iterator[tuple[Path, str]]:
    """Remove what was brought and is refused; each with the first thing that is said against it.

    Rows that only a job refuses go with all others: which of them it means, nobody says. Rows whose
    name ends as a manifest's would be read as one."""
    root = folder.resolve()
    left = {os.path.relpath(path.resolve(), root): path for path in brought}
    while left and (said := _errors([*written, *_alike(left.values())], root, account)):
        named = {where: text for where, text in said.items() if where in left}
        reasons = named or dict.fromkeys(left, next(iter(said.values())))
        for where, text in reasons.items():
            path = left.pop(where)
            path.unlink()
            yield path, text


def _alike(paths: Iterable[Path]) -> Iterator[Path]:
    return (path for path in paths if path.name.endswith(ENDINGS))


def _errors(files: Sequence[Path], folder: Path, account: str) -> dict[str, str]:
    """The first error of each file, by its path below the folder; nothing without a file."""
    from reconciler.engine import desire
    from reconciler.manifest.project import Project

    if not files:
        return {}
    paths = [path.resolve() for path in files]
    try:
        desire(paths, Project(folder), folder, account)
    except InvalidInput as found:
        errors = [said for said in reversed(found.diagnostics) if said.severity is Severity.ERROR]
        return {said.location.path if said.location else "": said.message for said in errors}
    return {}
