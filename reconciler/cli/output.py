"""Stdout that is lost (its reader went, its disk is full) and must not change what was done."""

from __future__ import annotations

import os
import sys

import click


def discard_stdout() -> None:
    """Send what stdout still holds, and whatever follows, nowhere."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)


def say_or_lose(text: str, *, err: bool = False) -> None:
    """Print what tells of something done: an exit code must speak of that, not of the printing."""
    try:
        click.echo(text, nl=False, err=err)
    except OSError:
        discard_stdout()
