"""An apply on a terminal: a bar for each change under way, a plain line for each settled one.

Imported only by the command line, only on a terminal: rich costs start-up time.
"""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.text import Text

from reconciler.execute.event import EventType
from reconciler.report.escape import escape
from reconciler.report.progress import amount, event_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.progress import TaskID

    from reconciler.execute.event import Event, Listener
    from reconciler.plan.plan import Plan
    from reconciler.ref import ResourceRef

SETTLED = (EventType.DONE, EventType.FAILED, EventType.SKIPPED)
COLOUR = {EventType.DONE: "green", EventType.FAILED: "red", EventType.SKIPPED: "yellow"}


@contextmanager
def live_bars(plan: Plan, console: Console | None = None) -> Iterator[Listener]:
    """A listener that draws on stderr until the end of the block."""
    progress = Progress(
        SpinnerColumn(),
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=24),
        TextColumn("{task.fields[words]}", markup=False),
        TimeElapsedColumn(),
        console=console or Console(file=sys.stderr),
        transient=True,
    )
    with progress:
        yield LiveBars(progress, max((len(str(c.ref)) for c in plan.pending), default=0))


class LiveBars:
    def __init__(self, progress: Progress, width: int) -> None:
        self._progress = progress
        self._width = width
        self._tasks: dict[ResourceRef, TaskID] = {}

    def __call__(self, event: Event) -> None:
        if event.type in SETTLED:
            self._settle(event)
        elif event.type is EventType.NOTICE:
            self._print(event, "dim")
        else:
            self._update(event)

    def _update(self, event: Event) -> None:
        words = escape((event.text or event.verb) + amount(event))
        total = float(event.total) if event.total else None
        task = self._tasks.get(event.ref)
        if task is None:
            name = escape(str(event.ref))
            self._tasks[event.ref] = self._progress.add_task(name, total=total, words=words)
        else:
            self._progress.update(task, completed=event.done, total=total, words=words)

    def _settle(self, event: Event) -> None:
        task = self._tasks.pop(event.ref, None)
        if task is not None:
            self._progress.remove_task(task)
        self._print(event, COLOUR[event.type])

    def _print(self, event: Event, colour: str) -> None:
        line = f"{event.ref!s:<{self._width}}  {event_text(event)}"
        self._progress.console.print(Text(escape(line), style=colour))
