"""Output that is lost (its reader went, its disk is full) and must not change what was done."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, TextIO

import click

if TYPE_CHECKING:
    from collections.abc import Iterator


def discard(stream: TextIO) -> None:
    """Send what a stream still holds, and whatever follows, nowhere."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, stream.fileno())
    os.close(nowhere)


@contextmanager
def or_lose(stream: TextIO) -> Iterator[None]:
    """Within the block what is printed there may be lost; the other stream stays."""
    try:
        yield
    except OSError:
        discard(stream)


def say_or_lose(text: str, *, err: bool = False) -> None:
    """Print what tells of something done: an exit code must speak of that, not of the printing."""
    with or_lose(sys.stderr if err else sys.stdout):
        click.echo(text, nl=False, err=err)
