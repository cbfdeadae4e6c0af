"""Who hears what an apply does: live bars on a terminal, plain lines elsewhere, JSON lines."""

from __future__ import annotations

import sys
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reconciler.cli.options import Common
    from reconciler.execute.event import Event, Listener
    from reconciler.plan.plan import Plan


@contextmanager
def listening(shared: Common, plan: Plan, events: str | None) -> Iterator[Listener]:
    """A listener for one apply; every sink is closed at the end, whatever ends it."""
    with ExitStack() as stack:
        sinks = []
        if not shared.quiet:
            sinks.append(stack.enter_context(_progress(plan)))
        if events:
            from reconciler.report.events import EventFile

            sinks.append(stack.enter_context(EventFile(events, plan)))

        def tell(event: Event) -> None:
            for sink in sinks:
                sink(event)

        yield tell


@contextmanager
def _progress(plan: Plan) -> Iterator[Listener]:
    if sys.stderr.isatty():
        from reconciler.report.live_bars import live_bars

        with live_bars(plan) as listener:
            yield listener
    else:
        from reconciler.report.progress import progress_lines

        with progress_lines(plan, sys.stderr) as listener:
            yield listener
