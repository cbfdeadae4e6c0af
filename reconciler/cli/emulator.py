"""``reconciler emulator``: the platform on this machine, on loopback."""

from __future__ import annotations

import signal
import threading
from pathlib import Path

import click

KEY = "fw_emulator"
"""The only key it accepts; it opens nothing but this emulator."""


@click.command(epilog="Example: reconciler emulator --port 8080 --seconds-per-job 20")
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="0: any free port.")
@click.option("--data", type=click.Path(file_okay=False), help="Keep the account in DIR.")
@click.option("--account", default="demo", show_default=True, metavar="ID")
@click.option("--seconds-per-job", type=click.FloatRange(min=0), default=10.0, show_default=True)
@click.option("--keep-bytes", type=click.IntRange(min=0), metavar="N",
              help="Above N bytes keep only digest and size of a file.")  # fmt: skip
def command(
    port: int,
    data: str | None,
    account: str,
    seconds_per_job: float,
    keep_bytes: int | None,
) -> int:
    """Run the platform on this machine, on loopback, until interrupted.

    Prints the environment to use: copy it to another terminal and plan, apply, break things.
    """
    from reconciler.emulator.server import Emulator

    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    with Emulator(
        account=account,
        key=KEY,
        port=port,
        data=Path(data) if data else None,
        keep_bytes=keep_bytes,
        seconds_per_job=seconds_per_job,
    ) as emulator:
        click.echo(f"export FIREWORKS_BASE_URL={emulator.url}")
        click.echo(f"export FIREWORKS_ACCOUNT_ID={account}")
        click.echo(f"export FIREWORKS_API_KEY={KEY}")
        click.echo("# running; stop with Ctrl-C", err=True)
        stop.wait()
    return 0
