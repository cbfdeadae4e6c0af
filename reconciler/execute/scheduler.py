"""Which change may start next, and what becomes of those that may not: no threads, no time."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from reconciler.diff.change import Action
from reconciler.diff.diff import TO_BE_MADE
from reconciler.execute.outcome import Outcome, Status
from reconciler.execute.run_change import Settled

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reconciler.plan.plan import PlannedChange
    from reconciler.ref import ResourceRef

WORST_FIRST = (Status.FAILED, Status.SKIPPED, Status.BLOCKED, Status.RUNNING, Status.WAITING)


class Scheduler:
    """Hands out the changes of a plan, dependencies first.

    A change is decided when everything it depends on is settled: it becomes ready, or it is
    SKIPPED (something failed or is blocked) or WAITING (something still runs), with the ref that
    is the cause. A dependency that is not in the plan counts as done.
    """

    def __init__(self, changes: Sequence[PlannedChange]) -> None:
        self._changes = {change.ref: change for change in changes}
        self._settled: dict[ResourceRef, Settled] = {}
        self._ready: deque[PlannedChange] = deque()
        self._missing: dict[ResourceRef, int] = {}
        self._dependants: dict[ResourceRef, list[ResourceRef]] = {}
        self._news: list[Outcome] = []
        self._closed: tuple[str, ResourceRef | None] | None = None
        for change in changes:
            needs = {ref for ref in needs_of(change) if ref in self._changes}
            self._missing[change.ref] = len(needs)
            for ref in needs:
                self._dependants.setdefault(ref, []).append(change.ref)
        for change in changes:
            if not self._missing[change.ref]:
                self._decide(change)

    def outcomes(self) -> tuple[Outcome, ...]:
        """All outcomes so far, in the order of the plan."""
        return tuple(self._settled[r].outcome for r in self._changes if r in self._settled)

    def news(self) -> tuple[Outcome, ...]:
        """What was settled since this was last asked, in that order."""
        news, self._news = tuple(self._news), []
        return news

    def take(self) -> PlannedChange | None:
        """The next change to start, None when none is ready now."""
        return self._ready.popleft() if self._ready else None

    def settle(self, settled: Settled) -> None:
        """Note what became of a change and decide those that waited for it only."""
        queue = [settled]
        while queue:
            found = queue.pop()
            self._settled[found.outcome.ref] = found
            self._news.append(found.outcome)
            for ref in self._dependants.get(found.outcome.ref, ()):
                self._missing[ref] -= 1
                if not self._missing[ref] and ref not in self._settled:
                    queue.extend(self._verdict(self._changes[ref]))

    def close(self, why: str, because: ResourceRef | None = None) -> None:
        """Let nothing more start: what is ready or comes to be ready is SKIPPED."""
        if self._closed is not None:
            return
        self._closed = (why, because)
        while (change := self.take()) is not None:
            self._decide(change)

    def _decide(self, change: PlannedChange) -> None:
        for settled in self._verdict(change):
            self.settle(settled)

    def _verdict(self, change: PlannedChange) -> list[Settled]:
        """The change's fate now that nothing it depends on is open; empty: it is ready."""
        outcome = self._fate(change)
        if outcome is not None:
            return [Settled(outcome, usable=False)]
        self._ready.append(change)
        return []

    def _fate(self, change: PlannedChange) -> Outcome | None:
        if change.blocked_by:
            return Outcome(change.ref, Status.BLOCKED, "; ".join(change.blocked_by))
        cause = self._cause(change)
        if cause is not None:
            return _because_of(change, cause)
        if self._closed is not None:
            why, because = self._closed
            return Outcome(change.ref, Status.SKIPPED, why, because)
        return None

    def _cause(self, change: PlannedChange) -> Outcome | None:
        """The worst outcome among the dependencies that cannot be used."""
        known = (self._settled.get(ref) for ref in needs_of(change))
        unusable = [found.outcome for found in known if found is not None and not found.usable]
        return min(unusable, key=_badness, default=None)


def needs_of(change: PlannedChange) -> tuple[ResourceRef, ...]:
    """What must be usable first. What is there already is there whatever becomes of its inputs;
    what a job of this plan makes is not."""
    stands = change.action is Action.NONE and change.change.reason.code != TO_BE_MADE
    return () if stands else change.depends_on


def _badness(outcome: Outcome) -> int:
    return WORST_FIRST.index(outcome.status) if outcome.status in WORST_FIRST else 0


def _because_of(change: PlannedChange, cause: Outcome) -> Outcome:
    """Skipped or waiting; ``because`` is the first cause, not the neighbour it came through."""
    waiting = cause.status in (Status.RUNNING, Status.WAITING)
    status = Status.WAITING if waiting else Status.SKIPPED
    inherited = cause.because if cause.status in (Status.SKIPPED, Status.WAITING) else None
    root = inherited or cause.ref
    return Outcome(change.ref, status, cause.detail if root != cause.ref else "", root)
