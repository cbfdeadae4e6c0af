"""``reconciler emulator``: the platform on this machine, on loopback."""

from __future__ import annotations

import errno
import signal
import threading
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import click

from reconciler.cli.options import Common, about_output
from reconciler.cli.output import say_or_lose
from reconciler.errors import ReconcilerError, UsageError

if TYPE_CHECKING:
    from reconciler.emulator.faults import Fault
    from reconciler.emulator.options import Options
    from reconciler.emulator.server import Emulator

KEY = "fw_emulator"
"""The only key it accepts; it opens nothing but this emulator."""


@click.command(epilog="Example: reconciler emulator --port 8080 --seconds-per-job 20")
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="0: any free port.")
@click.option("--data", type=click.Path(file_okay=False), help="Keep the account in DIR.")
@click.option("--account", "account_id", default="demo", show_default=True, metavar="ID")
@click.option("--seconds-per-job", type=click.FloatRange(min=0), default=10.0, show_default=True)
@click.option("--keep-bytes", type=click.IntRange(min=0), metavar="N",
              help="Above N bytes keep only digest and size of a file.")  # fmt: skip
@click.option("--switch", "switches", multiple=True, metavar="NAME[=VALUE]",
              help="Behave as another reading of the platform's documents, e.g. "
              "existing-model-answers-200, validate-delay-seconds=5.")  # fmt: skip
@click.option("--fault", "faults", multiple=True, metavar="WORDS",
              help="Make something go wrong, e.g. 'status=503 GET /models nth=2', "
              "'lost POST /supervisedFineTuningJobs', 'job_failed'.")  # fmt: skip
@about_output
def command(
    shared: Common,
    port: int,
    data: str | None,
    account_id: str,
    seconds_per_job: float,
    keep_bytes: int | None,
    switches: tuple[str, ...],
    faults: tuple[str, ...],
) -> int:
    """Run the platform on this machine, on loopback, until interrupted.

    Prints the environment to use: copy it to another terminal and plan, apply, break things.
    """
    from reconciler.emulator.server import Emulator

    options, armed = _options(switches), _faults(faults)
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    platform = Emulator(
        account=account_id,
        key=KEY,
        port=port,
        data=Path(data) if data else None,
        keep_bytes=keep_bytes,
        seconds_per_job=seconds_per_job,
        options=options,
    )
    with closing(_listening(platform, port)) as emulator:
        emulator.faults.add(*armed)
        click.echo(f"export FIREWORKS_BASE_URL={emulator.url}")
        click.echo(f"export FIREWORKS_ACCOUNT_ID={account_id}")
        click.echo(f"export FIREWORKS_API_KEY={KEY}")
        if not shared.quiet:
            say_or_lose("# running; stop with Ctrl-C\n", err=True)
        stop.wait()
    return 0


def _listening(platform: Emulator, port: int) -> Emulator:
    try:
        return platform.start()
    except OSError as error:
        if error.errno not in (errno.EADDRINUSE, errno.EACCES):
            raise
        said = f"cannot listen on port {port}: {error.strerror}"
        raise ReconcilerError(said, "leave out --port: any free one will do") from None


def _options(switches: tuple[str, ...]) -> Options:
    from reconciler.emulator.options import Options
    from reconciler.emulator.switches import with_switch

    options = Options()
    for text in switches:
        try:
            options = with_switch(options, text)
        except ValueError as error:
            raise UsageError(f"--switch: {error}") from None
    return options


def _faults(texts: tuple[str, ...]) -> list[Fault]:
    from reconciler.emulator.switches import parse_fault

    try:
        return [parse_fault(text) for text in texts]
    except ValueError as error:
        raise UsageError(f"--fault: {error}") from None
