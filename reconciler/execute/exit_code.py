"""The exit code of an apply: a function of what became of its changes (contract section 6)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.execute.outcome import Status

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reconciler.execute.outcome import Outcome
    from reconciler.plan.plan import Plan, PlannedChange

DONE, FAILED_BEFORE_WRITE, FAILED_AFTER_WRITE, REFUSED, STILL_RUNNING = 0, 1, 4, 6, 7


def exit_code(
    outcomes: Sequence[Outcome], plan: Plan, remaining: Sequence[PlannedChange] = ()
) -> int:
    """The worst that happened: failed (4 once anything was written, else 1), refused, running.

    ``remaining`` is what a plan made afterwards still asks for: a change that is done and comes
    back all the same did not stick, which is a failure (contract 4.7). So is a plan that could
    not read the account whole.

    An interrupt has a code of its own (130, 143), which its sender knows.
    """
    found = {outcome.status for outcome in outcomes}
    wrote = any(outcome.wrote for outcome in outcomes)
    if Status.FAILED in found or not plan.complete or did_not_stick(outcomes, remaining):
        return FAILED_AFTER_WRITE if wrote else FAILED_BEFORE_WRITE
    if Status.BLOCKED in found or plan.refused:
        return REFUSED
    if found & {Status.RUNNING, Status.WAITING}:
        return STILL_RUNNING
    if Status.SKIPPED in found:
        return FAILED_AFTER_WRITE if wrote else FAILED_BEFORE_WRITE
    return DONE


def did_not_stick(
    outcomes: Sequence[Outcome], remaining: Sequence[PlannedChange]
) -> tuple[PlannedChange, ...]:
    """The changes that were carried out and that the next plan asks for again."""
    done = {outcome.ref for outcome in outcomes if outcome.status is Status.DONE}
    return tuple(left for left in remaining if left.ref in done)
