"""``reconciler drift``: what in the account is no longer as the committed manifests say."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from reconciler.cli.content import content_option, content_wish
from reconciler.cli.options import Common, common
from reconciler.cli.output import say_or_lose
from reconciler.diagnostic import has_errors
from reconciler.errors import InvalidInput
from reconciler.report.drift_formats import FORMATS

if TYPE_CHECKING:
    from reconciler.cli.session import Session
    from reconciler.desired.resource import DesiredState
    from reconciler.plan.plan import Plan

DRIFTED, UNREADABLE = 2, 1


@click.command(epilog="Example: reconciler drift --env prod")
@common(tuple(FORMATS))
@content_option("all")
def command(shared: Common, content: str) -> int:
    """Show where the account no longer matches the committed manifests.

    Reads only: fields changed by hand, bytes lost, resources that vanished or are stuck. What is
    declared is read from HEAD; without a git checkout from the files as they are. Exit 2 when
    anything drifted.
    """
    from reconciler import engine
    from reconciler.cli import session as sessions

    session = sessions.open_session(shared)
    desired = _committed(session)
    context = sessions.plan_context(session, desired)
    context = replace(context, commit=context.commit.removesuffix("-dirty"))
    with session.connect(read_only=True) as reader:
        wish = content_wish(session, desired, content)
        given, history = (desired, reader, context), sessions.history_of(session)
        plan = engine.make_plan(*given, content=wish, history=history, rehearse=False)
    click.echo(FORMATS[shared.format](plan, sessions.style_of(shared)), nl=False)
    return _exit_code(plan)


def _committed(session: Session) -> DesiredState:
    """What HEAD declares; from the work tree, whose files can be hashed, if that is the same.

    Raises InvalidInput for any error in it.
    """
    from reconciler import engine
    from reconciler.cli.environment import secrets_of
    from reconciler.cli.user_cache import user_cache

    where = (session.common.paths, session.project, session.cwd, session.account)
    desired = _at_head(session) or engine.desire(*where, user_cache())
    if has_errors(desired.diagnostics):
        raise InvalidInput(desired.diagnostics)
    session.secrets[:] = secrets_of(desired, os.environ)
    return desired


def _at_head(session: Session) -> DesiredState | None:
    """The state at HEAD, None where the work tree is that, or all there is."""
    from reconciler.cli.user_cache import user_cache
    from reconciler.git.changes import is_committed
    from reconciler.git.commits import head_commit
    from reconciler.past.revision import desired_at

    root = session.project.root
    if not head_commit(root):
        _note("not in a git checkout with a commit: compared with the files on disk", session)
        return None
    if is_committed(root):
        return None
    _note("uncommitted changes: compared with the files of HEAD, stored bytes by size", session)
    where, paths = (session.project, "HEAD", session.account, session.cwd), session.common.paths
    return desired_at(*where, paths=paths, cache=user_cache())


def _note(text: str, session: Session) -> None:
    if not session.common.quiet:
        say_or_lose(f"note: {text}\n", err=True)


def _exit_code(plan: Plan) -> int:
    """What could not be read comes first: nobody knows what else has drifted."""
    from reconciler.plan.drifted import findings

    if not plan.complete:
        return UNREADABLE
    return DRIFTED if findings(plan) else 0
