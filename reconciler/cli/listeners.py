"""Who hears what an apply does: live bars on a terminal, plain lines elsewhere, JSON lines."""

from __future__ import annotations

import sys
from contextlib import ExitStack, contextmanager, suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager

    from reconciler.execute.event import Event, Listener
    from reconciler.execute.outcome import Outcome
    from reconciler.plan.plan import Plan
    from reconciler.report.events import EventLines


class Audience:
    """Everybody who listens to one apply. Bars end with the steps, the event file with the run."""

    def __init__(self, plan: Plan, lines: EventLines | None, *, quiet: bool) -> None:
        self._plan, self._lines, self._quiet = plan, lines, quiet

    @contextmanager
    def during_steps(self) -> Iterator[Listener]:
        """The listener for the steps; the terminal is free again afterwards."""
        with ExitStack() as stack:
            sinks: list[Listener] = [self._lines] if self._lines else []
            if not self._quiet:
                sinks.append(stack.enter_context(_progress(self._plan)))

            def tell(event: Event) -> None:
                for sink in sinks:
                    sink(event)

            yield tell

    def finish(self, exit_code: int, outcomes: tuple[Outcome, ...]) -> None:
        """The last line of the event file: how the run ended."""
        if self._lines:
            with suppress(OSError):  # the disk is full: the exit code speaks of the account
                self._lines.finish(exit_code, outcomes)


@contextmanager
def audience(plan: Plan, events: str | None, *, quiet: bool) -> Iterator[Audience]:
    """Everybody who listens; the event file is closed whatever ends the run."""
    if events is None:
        yield Audience(plan, None, quiet=quiet)
        return
    from reconciler.report.events import EventFile

    with EventFile(events, plan) as lines:
        yield Audience(plan, lines, quiet=quiet)


def _progress(plan: Plan) -> AbstractContextManager[Listener]:
    if sys.stderr.isatty():
        from reconciler.report.live_bars import live_bars

        return live_bars(plan)
    from reconciler.report.progress import progress_lines

    return progress_lines(plan, sys.stderr)
