"""Progress of bytes outside an apply: live bars on a terminal, a heartbeat of lines elsewhere."""

from __future__ import annotations

import sys
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

from reconciler.cli.output import say_or_lose

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.table import Table

    from reconciler.provider import ByteProgress
    from reconciler.report.byte_board import ByteBoard


@contextmanager
def showing_bytes(what: str, *, quiet: bool) -> Iterator[ByteProgress]:
    """A callback for a transfer; it may be called by several threads."""
    from reconciler.report.byte_board import ByteBoard

    board = ByteBoard(what)
    if quiet:
        yield board
    elif sys.stderr.isatty():
        with _bars(board):
            yield board
    else:
        with _lines(board):
            yield board


@contextmanager
def _lines(board: ByteBoard) -> Iterator[None]:
    """A line every 30 s, and one at the end if anything has moved."""
    from reconciler.report.byte_board import HEARTBEAT

    over = threading.Event()

    def beat() -> None:
        while not over.wait(HEARTBEAT):
            say_or_lose(f"{board.line()}\n", err=True)

    watcher = threading.Thread(target=beat, name="heartbeat", daemon=True)
    watcher.start()
    try:
        yield
    finally:
        over.set()
        watcher.join()
    if board.begun:
        say_or_lose(f"{board.line()}\n", err=True)


@contextmanager
def _bars(board: ByteBoard) -> Iterator[None]:
    from rich.console import Console
    from rich.live import Live

    from reconciler.report.live_bars import REDRAWS, table

    console = Console(stderr=True)

    def drawn() -> Table:
        return table(board.bars()[: max(1, console.height - 1)], console.width)

    with Live(get_renderable=drawn, console=console, refresh_per_second=REDRAWS, transient=True):
        yield
