"""A project's files to its desired state: load, hash what ids follow, build."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from reconciler.cache import NoCache
from reconciler.desired.build import build_desired, unhashed
from reconciler.desired.references import UNKNOWN
from reconciler.manifest.checkout import Checkout
from reconciler.manifest.digests import with_digests
from reconciler.manifest.file_facts import FileMemory
from reconciler.manifest.files import DISK
from reconciler.manifest.load import load

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from reconciler.cache import Cache
    from reconciler.desired.resource import DesiredState
    from reconciler.diagnostic import Diagnostic
    from reconciler.manifest.files import Files
    from reconciler.manifest.project import Project

OFFLINE_ACCOUNT = "-"
"""Stands for the account where none is known: ids and edges do not depend on it."""


def validate(
    paths: Sequence[Path], project: Project, cwd: Path, cache: Cache | None = None
) -> tuple[Diagnostic, ...]:
    """Every problem of every file, sorted; offline, nothing is read from the account."""
    return desire(paths, project, cwd, OFFLINE_ACCOUNT, cache).diagnostics


def desire(
    paths: Sequence[Path],
    project: Project,
    cwd: Path,
    account: str,
    cache: Cache | None = None,
    tree: Files = DISK,
) -> DesiredState:
    """What the manifests of ``paths`` (none: the project's) want, with every problem, sorted.

    What has an error may be missing in ``resources``. ``tree`` is where the files are.
    """
    cache = cache or NoCache()
    loaded = load(paths, project, cwd, cache=cache, tree=tree)
    asked = unhashed(loaded.manifests, account)
    memory = FileMemory(cache, checkout=Checkout(project.root))
    manifests, unread = with_digests(loaded.manifests, asked, cwd, memory)
    cache.flush()
    build = partial(build_desired, manifests, account, broken=loaded.broken, damaged=loaded.damaged)
    desired = build()
    if paths and any(said.code == UNKNOWN for said in desired.diagnostics):
        whole = load((), project, cwd, cache=cache, reads=False, tree=tree)
        desired = build(whole=(*whole.manifests, *whole.damaged))
    found = (*project.diagnostics, *loaded.diagnostics, *unread, *desired.diagnostics)
    return replace(desired, diagnostics=tuple(sorted(found, key=lambda d: d.sort_key)))
