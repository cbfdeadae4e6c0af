"""docs/reference/commands.md: the help of every command, as ``--help`` prints it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.cli.commands import COMMANDS
from reconciler.cli.group import group

if TYPE_CHECKING:
    from collections.abc import Iterator

    import click

COLUMNS = 80
HEAD = """\
# Commands

What each command says of itself: `reconciler COMMAND --help`. Results go to stdout, everything
else to stderr; the exit codes stand in the [guide](../guide.md#exit-codes).
"""


def commands_page() -> str:
    """The whole page, ending with a newline."""
    return "\n".join([HEAD, *_sections()])


def _sections() -> Iterator[str]:
    top = _context(group, "reconciler")
    yield _section("reconciler", group.get_help(top))
    for name in COMMANDS:
        command = group.get_command(top, name)
        if command is None:
            raise LookupError(name)
        yield _section(f"reconciler {name}", command.get_help(_context(command, name, top)))


def _context(
    command: click.Command, name: str, parent: click.Context | None = None
) -> click.Context:
    """The width of a terminal is no part of the page, whoever makes it."""
    return command.make_context(
        name, [], parent, resilient_parsing=True, terminal_width=COLUMNS, max_content_width=COLUMNS
    )


def _section(title: str, text: str) -> str:
    return f"## {title}\n\n```text\n{text.rstrip()}\n```\n"
