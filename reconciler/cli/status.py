"""``reconciler status``: the project, or the whole account, as it is live."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from reconciler.cli.options import Common, common

if TYPE_CHECKING:
    from reconciler.cli.session import Session
    from reconciler.cli.signals import StopSwitch

WATCH_SECONDS = 5.0
UNREADABLE = 1


@click.command(epilog="Example: reconciler status --all")
@common()
@click.option("--all", "everything", is_flag=True, help="List what is live, declared or not.")
@click.option("--watch", is_flag=True, help=f"Refresh every {WATCH_SECONDS:.0f} s until stopped.")
def command(shared: Common, everything: bool, watch: bool) -> int:
    """Show every resource of the project: state, progress, cost, links.

    With --all every live resource of the account, declared or not.
    """
    from reconciler.cli import session as sessions
    from reconciler.cli.signals import stop_on_signals

    session = sessions.open_session(shared)
    if not watch:
        return 0 if _show(session, everything=everything) else UNREADABLE
    with stop_on_signals() as switch:
        _watch(session, switch, everything=everything)
    return switch.exit_code


def _watch(session: Session, switch: StopSwitch, *, everything: bool) -> None:
    while not switch.event.is_set():
        with switch.breaking_off():
            click.clear()
            _show(session, everything=everything)
        switch.event.wait(WATCH_SECONDS)


def _show(session: Session, *, everything: bool) -> bool:
    """Whether the account could be read whole."""
    from reconciler.cli import session as sessions
    from reconciler.live.snapshot import list_account, take_snapshot
    from reconciler.report.status import render_status, status_json

    desired = sessions.desired_of(session)
    with session.connect(read_only=True) as reader:
        live = list_account(reader) if everything else take_snapshot(desired, reader)
    if session.common.format == "json":
        text = status_json(desired, live, everything=everything)
    else:
        style = sessions.style_of(session.common)
        text = render_status(desired, live, style, everything=everything)
    click.echo(text, nl=False)
    return not live.incomplete
