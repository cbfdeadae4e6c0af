"""An apply on a terminal: bars for what is under way, a plain line for each change settled.

Imported only by the command line, only on a terminal: rich costs start-up time.
"""

from __future__ import annotations

import sys
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.console import Console, Group
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from reconciler.execute.event import EventType
from reconciler.execute.sending import UPLOADED
from reconciler.report.board import SETTLED, Board
from reconciler.report.escape import escape
from reconciler.report.progress import event_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from reconciler.execute.event import Event, Listener
    from reconciler.plan.plan import Plan
    from reconciler.report.bar import Bar

COLOUR = {
    EventType.DONE: "green",
    EventType.FAILED: "red",
    EventType.SKIPPED: "yellow",
    EventType.NOTICE: "dim",
}
REDRAWS = 5  # a second
BAR_WIDTHS = (10, 20)  # on a terminal under, and from, 130 columns
WIDE = 130
NAME_SHARE = 0.3  # of the width, at most: the words say more than the end of a long name
GAPS = 2  # columns between the three parts of a line
SPARE = 2  # lines of the terminal that stay free: the footer, and the cursor


@contextmanager
def live_bars(
    plan: Plan, console: Console | None = None, now: Callable[[], float] = time.monotonic
) -> Iterator[Listener]:
    """A listener that draws on stderr until the end of the block."""
    bars = LiveBars(plan, console or Console(file=sys.stderr), now)
    with Live(
        get_renderable=bars.drawn, console=bars.console, refresh_per_second=REDRAWS, transient=True
    ):
        yield bars


class LiveBars:
    """Events come from one thread, redraws from another."""

    def __init__(self, plan: Plan, console: Console, now: Callable[[], float]) -> None:
        self.console = console
        self._now = now
        self._width = max((len(str(change.ref)) for change in plan.pending), default=0)
        self._board = Board(plan)
        self._lock = threading.Lock()

    def __call__(self, event: Event) -> None:
        with self._lock:
            now = self._now()
            self._board.saw(event, now)
            if event.text == UPLOADED:
                self._print(event, self._board.words(event.ref, now), "")
        if event.type in SETTLED or event.type is EventType.NOTICE:
            self._print(event, escape(event_text(event)), COLOUR[event.type])

    def _print(self, event: Event, words: str, style: str) -> None:
        """A line that stays, above the bars."""
        name = escape(f"{event.ref!s:<{self._width}}")
        self.console.print(Text(f"{name}  {words}", style=style))

    def drawn(self) -> Group:
        """All of it as it is now: never more lines than the terminal has."""
        with self._lock:
            now = self._now()
            bars = self._board.bars(now, max(1, self.console.height - SPARE))
            footer = self._board.footer(now)
        drawn = table(bars, self.console.width)
        return Group(drawn, Text(footer, style="dim")) if footer else Group(drawn)


def table(bars: list[Bar], width: int) -> Table:
    """All widths are given: rich would squeeze the bars to make room for words."""
    name_width = min(max(map(_name_width, bars), default=0), int(NAME_SHARE * width))
    names = [_name(bar, name_width) for bar in bars]
    bar_width = BAR_WIDTHS[width >= WIDE]
    table = Table.grid(padding=(0, 1))
    for column in (name_width, bar_width, width - name_width - bar_width - GAPS):
        table.add_column(no_wrap=True, overflow="ellipsis", width=column)
    for name, bar in zip(names, bars, strict=True):
        drawn = ProgressBar(bar.total, bar.done, bar_width) if bar.total else Text()
        table.add_row(name, drawn, Text(bar.words))
    return table


def _name_width(bar: Bar) -> int:
    return Text("  " * bar.depth + bar.name).cell_len


def _name(bar: Bar, width: int) -> Text:
    """A ref that is too long loses its beginning: kinds are alike, names tell them apart."""
    if bar.depth or len(bar.name) <= width:
        return Text("  " * bar.depth + bar.name)
    return Text(f"…{bar.name[len(bar.name) - width + 1 :]}")
