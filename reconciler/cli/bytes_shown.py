"""Progress of bytes outside an apply: a live bar a file on a terminal, a line a file elsewhere."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from reconciler.plan.sizes import size_text
from reconciler.report.escape import escape

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reconciler.provider import ByteProgress


@contextmanager
def showing_bytes(what: str, *, quiet: bool) -> Iterator[ByteProgress]:
    """A callback for a transfer; it may be called by several threads."""
    if quiet:
        yield lambda _key, _done, _total: None
    elif sys.stderr.isatty():
        with _bars() as progress:
            yield progress
    else:
        yield _line_when_whole(what)


def _line_when_whole(what: str) -> ByteProgress:
    def tell(key: str, done: int, total: int) -> None:
        if done == total:
            click.echo(f"{what}  {escape(key)}  {size_text(total)}", err=True)

    return tell


@contextmanager
def _bars() -> Iterator[ByteProgress]:
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TransferSpeedColumn

    columns = (TextColumn("{task.description}", markup=False), BarColumn(), DownloadColumn())
    with Progress(*columns, TransferSpeedColumn(), console=Console(stderr=True)) as bars:
        tasks = {}

        def tell(key: str, done: int, total: int) -> None:
            if key not in tasks:
                tasks[key] = bars.add_task(escape(key), total=total)
            bars.update(tasks[key], completed=done)

        yield tell
