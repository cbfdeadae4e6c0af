"""``reconciler wait``: until resources are ready, completed or failed."""

from __future__ import annotations

import click

from reconciler.cli.options import Common, common


@click.command(epilog="Example: reconciler wait SupervisedFineTuningJob/support-bot")
@click.argument("refs", nargs=-1, required=True, metavar="REF...")
@common(paths=False)
@click.option("--timeout", type=click.FloatRange(min=0), default=3600.0, metavar="SECONDS",
              show_default=True)  # fmt: skip
def command(shared: Common, refs: tuple[str, ...], timeout: float) -> int:
    """Wait until each REF (Kind/name) is ready, completed or failed, with progress.

    Exit 0 when all are ready, 1 when one failed or vanished, 7 when the time ran out.
    """
    from reconciler.cli import session as sessions
    from reconciler.cli.signals import stop_on_signals
    from reconciler.cli.waiting import wait_for

    session = sessions.open_session(shared)
    desired = sessions.desired_of(session)
    chosen = sorted(sessions.refs_of(refs, desired))
    with stop_on_signals() as switch, session.connect(read_only=True) as reader:
        code = wait_for(session, desired, reader, chosen, timeout, switch.event)
    return switch.exit_code if switch.event.is_set() else code
