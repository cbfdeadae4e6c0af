"""``--prune`` and ``--since``: what git history says was declared, and is no more."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import click

from reconciler.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from reconciler.cli.session import Session
    from reconciler.desired.resource import DesiredState
    from reconciler.past.prune import PruneWish

CommandT = TypeVar("CommandT", bound="Callable[..., object]")


def prune_options(command: CommandT) -> CommandT:
    """Both options, for plan and apply."""
    since = click.option(
        "--since", metavar="REV", help="With --prune: only what the commit REV declared."
    )
    prune = click.option(
        "--prune",
        is_flag=True,
        help="Delete what git history declared and no manifest declares any more.",
    )
    return prune(since(command))


def prune_wish(
    session: Session, desired: DesiredState, *, prune: bool, since: str | None
) -> PruneWish | None:
    """What was asked for, once it is known that history can answer. Raises UsageError, Refused."""
    if not prune:
        if since is not None:
            raise UsageError("--since works with --prune only")
        return None
    from reconciler.cli.session import history_of
    from reconciler.past.prune import PruneWish
    from reconciler.past.ready import commit_since, require_history

    root = session.project.root
    require_history(root, desired)
    commit = commit_since(root, since) if since is not None else None
    return PruneWish(history_of(session), commit)
