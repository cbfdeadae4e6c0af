"""How an apply ends: the ledger in the format asked for, and the exit code of contract 6."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from reconciler.cli.output import say_or_lose
from reconciler.errors import ApplyFailed, ReconcilerError
from reconciler.report.escape import escape

if TYPE_CHECKING:
    from reconciler.cli.options import Common
    from reconciler.execute.outcome import Outcome
    from reconciler.plan.plan import Plan, PlannedChange


@dataclass(frozen=True, slots=True)
class Ending:
    """What is known at the end: ``left`` is what a plan made afterwards still asks for,
    ``failure`` why none could be made; ``signal_code`` is 0 when nobody interrupted."""

    plan: Plan
    outcomes: tuple[Outcome, ...] = ()
    left: tuple[PlannedChange, ...] = ()
    failure: ReconcilerError | None = None
    signal_code: int = 0

    @property
    def code(self) -> int:
        """The exit code of the run."""
        from reconciler.execute.exit_code import exit_code

        if self.signal_code:
            return self.signal_code
        code = exit_code(self.outcomes, self.plan, self.left)
        if self.failure is None:
            return code
        wrote = any(outcome.wrote for outcome in self.outcomes)
        return code or (ApplyFailed.exit_code if wrote else self.failure.exit_code)


def tell(ending: Ending, shared: Common) -> None:
    """The ledger on stdout; in JSON the plan is part of it."""
    if shared.format == "json":
        from reconciler.report.ledger_json import ledger_json

        say_or_lose(ledger_json(ending.plan, ending.outcomes, ending.left, ending.code))
    else:
        from reconciler.cli.session import style_of
        from reconciler.report.ledger import render_outcomes

        say_or_lose(render_outcomes(ending.outcomes, ending.plan, style_of(shared), ending.left))
    if ending.failure is not None:
        said = escape(f"error: could not plan again: {ending.failure.message}")
        say_or_lose(f"{said}\n", err=True)


def tell_refused(plan: Plan, refusal: ReconcilerError, shared: Common) -> None:
    """In JSON also a run that ended before its first step says so on stdout, whole."""
    if shared.format == "json":
        from reconciler.report.ledger_json import ledger_json

        say_or_lose(ledger_json(plan, (), plan.pending, refusal.exit_code))
