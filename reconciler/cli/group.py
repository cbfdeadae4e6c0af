"""A click group that imports a command only when it is called."""

from __future__ import annotations

from importlib import import_module
from typing import cast

import click

from reconciler.cli.commands import COMMANDS, HIDDEN
from reconciler.version import VERSION


class LazyGroup(click.Group):
    """Lists commands from a table; ``reconciler.cli.<name>`` holds ``command``."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  click's signature
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in (*COMMANDS, *HIDDEN):
            return None
        module = import_module(f"reconciler.cli.{cmd_name}")
        return cast("click.Command", module.command)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, COMMANDS[name]) for name in self.list_commands(ctx)])


@click.group(
    cls=LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Start with: reconciler demo",
)
@click.version_option(VERSION, prog_name="reconciler", message="%(prog)s %(version)s")
def group() -> None:
    """Your Fireworks AI account as code.

    YAML manifests describe the models, datasets and fine-tuning jobs that should exist; plan
    compares them with the live account, apply makes it so, and never pays twice.
    """
