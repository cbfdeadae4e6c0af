"""How an apply ends: the ledger in the format asked for, and the exit code of contract 6."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from reconciler.cli.output import say_or_lose
from reconciler.errors import ApplyFailed, ReconcilerError
from reconciler.report.escape import escape

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reconciler.cli.renderings import Write
    from reconciler.cli.session import Session
    from reconciler.execute.outcome import Outcome
    from reconciler.plan.plan import Plan, PlannedChange


LEDGER_FORMATS = ("json", "markdown")
"""What ``apply --write`` knows."""


@dataclass(frozen=True, slots=True)
class Ending:
    """What is known at the end: ``left`` is what a plan made afterwards still asks for,
    ``failure`` why none could be made; ``signal_code`` is 0 when nobody interrupted,
    ``ended_before`` the code of what ended the run before its first step, else 0."""

    plan: Plan
    outcomes: tuple[Outcome, ...] = ()
    left: tuple[PlannedChange, ...] = ()
    failure: ReconcilerError | None = None
    signal_code: int = 0
    ended_before: int = 0

    @property
    def code(self) -> int:
        """The exit code of the run."""
        from reconciler.execute.exit_code import exit_code

        if self.ended_before or self.signal_code:
            return self.ended_before or self.signal_code
        code = exit_code(self.outcomes, self.plan, self.left)
        if self.failure is None:
            return code
        wrote = any(outcome.wrote for outcome in self.outcomes)
        return code or (ApplyFailed.exit_code if wrote else self.failure.exit_code)


def tell(ending: Ending, session: Session, writes: Sequence[Write] = ()) -> None:
    """The ledger on stdout and in files; in JSON the plan is part of it."""
    _write(ending, session, writes)
    if session.common.format == "json":
        say_or_lose(_rendered("json", ending, session))
    else:
        from reconciler.cli.session import style_of
        from reconciler.report.ledger import render_outcomes

        style = style_of(session.common)
        say_or_lose(render_outcomes(ending.outcomes, ending.plan, style, ending.left))
    if ending.failure is not None:
        said = escape(f"error: could not plan again: {ending.failure.message}")
        say_or_lose(f"{said}\n", err=True)


def tell_refused(
    plan: Plan, refusal: ReconcilerError, session: Session, writes: Sequence[Write] = ()
) -> None:
    """In JSON and in files also a run that ended before its first step says so, whole."""
    ending = Ending(plan, (), plan.pending, ended_before=refusal.exit_code)
    _write(ending, session, writes)
    if session.common.format == "json":
        say_or_lose(_rendered("json", ending, session))


def _write(ending: Ending, session: Session, writes: Sequence[Write]) -> None:
    """A file that cannot be written is said, and changes nothing: the exit code speaks of what
    was done."""
    from reconciler.cli.renderings import write_files

    try:
        write_files(writes, lambda name: _rendered(name, ending, session))
    except ReconcilerError as error:
        say_or_lose(f"warning: {escape(error.message)}\n", err=True)


def _rendered(format: str, ending: Ending, session: Session) -> str:  # noqa: A002 - the flag's own name
    told = (ending.plan, ending.outcomes, ending.left, ending.code)
    if format == "json":
        from reconciler.report.ledger_json import ledger_json

        return ledger_json(*told)
    from reconciler.cli.renderings import about
    from reconciler.report.markdown.ledger import ledger_markdown

    return ledger_markdown(*told, about(session))
