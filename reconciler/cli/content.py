"""``--content``: whose stored bytes are compared with the declared ones."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import click

from reconciler.cli.user_cache import user_cache

if TYPE_CHECKING:
    from collections.abc import Callable

    from reconciler.cli.session import Session
    from reconciler.desired.resource import DesiredState, Resource
    from reconciler.live.content_wish import ContentWish
    from reconciler.ref import ResourceRef


def content_option(default: str = "auto") -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """The option ``--content`` of a command."""
    return click.option(
        "--content",
        type=click.Choice(["auto", "all", "none"]),
        default=default,
        show_default=True,
        help="Whose stored bytes to compare; auto: what changed or was never compared.",
    )


def content_wish(session: Session, desired: DesiredState, mode: str) -> ContentWish:
    """What ``--content`` asks for in this project."""
    from reconciler.live.content_wish import ContentMode, ContentWish
    from reconciler.manifest.checkout import Checkout
    from reconciler.manifest.digests import hashed
    from reconciler.manifest.file_facts import FileMemory

    cache = user_cache()
    memory = FileMemory(cache, checkout=Checkout(session.project.root))
    return ContentWish(
        ContentMode(mode),
        lambda: touched(session, desired),
        lambda file, md5: hashed(file, memory, md5=md5),
        cache,
    )


def touched(session: Session, desired: DesiredState) -> frozenset[ResourceRef] | None:
    """The resources whose manifest or data differ from the merge base; None when git cannot say."""
    from reconciler.git.changes import changed_files

    changed = changed_files(session.project.root)
    if changed is None:
        return None
    return frozenset(
        ref for ref, one in desired.resources.items() if _paths(session, one) & changed
    )


def _paths(session: Session, resource: Resource) -> frozenset[str]:
    manifest = os.path.realpath(session.cwd / resource.location.path)
    files = resource.files.files if resource.files is not None else ()
    return frozenset((manifest, *(os.fspath(file.path) for file in files)))
