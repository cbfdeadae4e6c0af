"""A wrong command line, click's complaints too, in the form of every other error (contract 7)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from reconciler.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Collection


def in_our_words(error: click.ClickException) -> UsageError:
    """One line without a capital and a full stop, and the help of the command that was meant."""
    said = error.format_message().removesuffix(".")
    context = error.ctx if isinstance(error, click.UsageError) else None
    command = context.command_path if context else "reconciler"
    return UsageError(said[:1].lower() + said[1:], f"see: {command} --help")


def unknown(what: str, name: str, known: Collection[str]) -> UsageError:
    """A name that is none of ``known``: the nearest of them helps, else all of them."""
    from reconciler.manifest.suggest import did_you_mean  # only a mistake pays for it

    hint = did_you_mean(name, known) or f"expected one of {', '.join(known)}"
    return UsageError(f'unknown {what} "{name[:120]}"', hint)
