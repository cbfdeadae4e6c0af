"""``reconciler wait``: until resources are ready, completed or failed."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from reconciler.cli.options import Common, Seconds, common
from reconciler.errors import ReconcilerError, UsageError
from reconciler.report.escape import escape

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reconciler.execute.outcome import Outcome
    from reconciler.plan.plan import Plan, PlannedChange
    from reconciler.ref import ResourceRef


@click.command(epilog="Example: reconciler wait SupervisedFineTuningJob/support-bot")
@common(paths="REF... [PATH]...")
@click.option("--timeout", type=Seconds(), default=3600.0, metavar="SECONDS", show_default=True)
def command(shared: Common, timeout: float) -> int:
    """Wait until each REF (Kind/name) is ready, completed or failed, with progress.

    Writes nothing. Exit 0 when all are ready, 1 when one failed or is not there, 7 when the
    time ran out before.
    """
    from reconciler import engine
    from reconciler.cli import session as sessions
    from reconciler.cli.applying import Settings, run_steps
    from reconciler.cli.listeners import Audience
    from reconciler.cli.signals import stop_on_signals
    from reconciler.execute.exit_code import exit_code

    refs, shared = told_apart(shared)
    session = sessions.open_session(shared)
    desired = sessions.desired_of(session)
    chosen = sorted(sessions.refs_of(refs, desired))
    context = sessions.plan_context(session, desired, targets=refs)
    with session.connect(read_only=True) as reader:
        plan = engine.make_plan(desired, reader, context)
    settings = Settings(wait="ready", timeout=timeout)
    watched = waiting_plan(plan, chosen)
    listeners = Audience(watched, None, quiet=shared.quiet)
    with stop_on_signals() as switch:
        outcomes = run_steps(session, watched, settings, switch, listeners, read_only=True)
    _tell(outcomes, shared)
    return switch.exit_code if switch.event.is_set() else exit_code(outcomes, watched)


def told_apart(shared: Common) -> tuple[tuple[str, ...], Common]:
    """The refs among the words given, and the options with the paths. ``Kind/name`` with one of our
    kinds is a ref, and so is what is no path. Raises UsageError without a ref."""
    from reconciler.kinds.registry import all_kinds

    words = dict.fromkeys(map(str, shared.paths))
    kinds = all_kinds()
    refs = [w for w in words if w.partition("/")[0] in kinds or not os.path.lexists(w)]
    if not refs:
        raise UsageError("missing argument 'REF...'", "see: reconciler wait --help")
    return tuple(refs), replace(shared, paths=tuple(Path(w) for w in words if w not in refs))


def _tell(outcomes: Sequence[Outcome], shared: Common) -> None:
    if shared.format == "json":
        from reconciler.report.ledger_json import outcomes_json

        click.echo(outcomes_json(outcomes), nl=False)
        return
    for outcome in outcomes:
        click.echo(f"{outcome.status.value:<7}  {outcome.ref}  {escape(outcome.detail)}")


def waiting_plan(plan: Plan, refs: Sequence[ResourceRef]) -> Plan:
    """A plan that changes nothing and waits for ``refs``; raises when one is not there."""
    planned = {change.ref: change for change in plan.changes}
    return replace(plan, changes=tuple(_watched(planned[ref]) for ref in refs))


def _watched(planned: PlannedChange) -> PlannedChange:
    from reconciler.diff.change import Action
    from reconciler.diff.diff import NOT_READ

    if planned.change.reason.code == NOT_READ:
        raise ReconcilerError(f"{planned.ref}: {planned.change.reason.text}")
    if planned.change.live is None:
        raise ReconcilerError(
            f"{planned.ref} is not in the account", "create it first: reconciler apply"
        )
    change = replace(planned.change, action=Action.NONE, fields=(), refusals=())
    return replace(planned, change=change, steps=(), depends_on=(), blocked_by=())
