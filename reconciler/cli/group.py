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

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Raises UsageError, with the command that was meant, for one that does not exist."""
        if not args[0].startswith("-") and args[0] not in (*COMMANDS, *HIDDEN):
            from reconciler.cli.usage import unknown  # only a mistake pays for it

            raise unknown("command", args[0], COMMANDS)
        return super().resolve_command(ctx, args)

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
