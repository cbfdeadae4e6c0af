"""A plan is carried out: ready changes side by side, each to its outcome, none forgotten."""

from __future__ import annotations

import heapq
import itertools
import threading
from dataclasses import replace
from typing import TYPE_CHECKING

from reconciler.diff.change import Action
from reconciler.errors import PermissionDenied, Unauthenticated
from reconciler.execute.event import Event, EventType
from reconciler.execute.outcome import Outcome, Status
from reconciler.execute.run import Run
from reconciler.execute.run_change import Settled, run_change
from reconciler.execute.scheduler import Scheduler
from reconciler.execute.standing import standing
from reconciler.execute.workers import Task, Workers
from reconciler.kinds.registry import kind

if TYPE_CHECKING:
    from reconciler.execute.event import Listener
    from reconciler.execute.options import ExecuteOptions
    from reconciler.plan.plan import Plan, PlannedChange
    from reconciler.provider import Provider

LOOK_FOR_STOP = 0.2  # seconds between two looks at the stop event while workers are busy
INTERRUPTED = "interrupted before it started"
EVENTS = {
    Status.DONE: EventType.DONE,
    Status.RUNNING: EventType.DONE,
    Status.FAILED: EventType.FAILED,
}
NO_ACCESS = "not started: the platform refuses this key"


def execute(plan: Plan, provider: Provider, options: ExecuteOptions) -> tuple[Outcome, ...]:
    """Run every step of the plan that nothing forbids; one Outcome per change, in plan order.

    Never raises for a change: errors are outcomes. After ``options.stop`` is set it returns
    within ``grace_seconds``, with calls still in flight reported as such.
    """
    listener = _serialised(options.listener)
    return _Execution(plan, provider, replace(options, listener=listener)).outcomes()


class _Execution:
    def __init__(self, plan: Plan, provider: Provider, options: ExecuteOptions) -> None:
        self._provider = provider
        self._options = options
        self._scheduler = Scheduler(plan.changes)
        self._workers = Workers(options.parallelism)
        self._clock = options.clock
        self._unchanged = {c.ref for c in plan.changes if c.action is Action.NONE}
        self._asleep: list[tuple[float, int, Task]] = []
        self._ticket = itertools.count()
        self._abandon_at: float | None = None

    def outcomes(self) -> tuple[Outcome, ...]:
        while self._step():
            self._tell_news()
        self._tell_news()
        self._workers.close()
        return self._scheduler.outcomes()

    def _step(self) -> bool:
        """One turn; whether there is more to do."""
        if self._options.stop.is_set():
            self._stop()
        self._start()
        if self._workers.busy:
            self._collect()
        elif self._asleep:
            self._clock.sleep(max(0.0, self._asleep[0][0] - self._clock.now()), self._options.stop)
        else:
            return False
        return True

    def _start(self) -> None:
        """Give work to free workers: first what has waited its time, then what is new."""
        while self._workers.free and (task := self._next()) is not None:
            self._workers.submit(task)

    def _next(self) -> Task | None:
        if self._asleep and self._asleep[0][0] <= self._clock.now():
            return heapq.heappop(self._asleep)[2]
        while (planned := self._scheduler.take()) is not None:
            at_once = standing(planned, self._options) if planned.action is Action.NONE else None
            if at_once is None:
                return self._task(planned)
            self._scheduler.settle(at_once)
        return None

    def _task(self, planned: PlannedChange) -> Task:
        change = planned.change
        owner = kind(change.ref.kind)
        run = Run(planned, owner, self._provider, self._options, change.live)
        return Task(run, run_change(run))

    def _tell_news(self) -> None:
        """One last event per change; what was and stays as desired is no news."""
        for outcome in self._scheduler.news():
            if outcome.status is not Status.DONE or outcome.ref not in self._unchanged:
                type_ = EVENTS.get(outcome.status, EventType.SKIPPED)
                self._options.listener(Event(type_, outcome.ref, outcome.detail, outcome=outcome))

    def _collect(self) -> None:
        report = self._workers.collect(self._patience())
        if report is None:
            return
        if report.settled is None:
            due = self._clock.now() + report.delay
            heapq.heappush(self._asleep, (due, next(self._ticket), report.task))
        else:
            self._settle(report.settled)

    def _patience(self) -> float:
        until_due = self._asleep[0][0] - self._clock.now() if self._asleep else LOOK_FOR_STOP
        return min(LOOK_FOR_STOP, max(0.0, until_due))

    def _settle(self, settled: Settled) -> None:
        outcome = settled.outcome
        self._scheduler.settle(settled)
        if isinstance(outcome.error, Unauthenticated | PermissionDenied):
            self._scheduler.close(NO_ACCESS, outcome.ref)

    def _stop(self) -> None:
        """Start nothing more, wake the sleepers, and after the grace leave calls behind."""
        self._scheduler.close(INTERRUPTED)
        self._asleep = [(0.0, ticket, task) for _, ticket, task in self._asleep]
        if self._abandon_at is None:
            self._abandon_at = self._clock.now() + self._options.grace_seconds
        elif self._clock.now() > self._abandon_at:
            for task in self._workers.leave():
                self._scheduler.settle(_abandoned(task.run))


def _abandoned(run: Run) -> Settled:
    detail = f"interrupted during {run.verb or 'its first step'}: the next apply checks it again"
    return Settled(Outcome(run.ref, Status.SKIPPED, detail, wrote=True), usable=False)


def _serialised(listener: Listener) -> Listener:
    """One event at a time. A listener that raises (its pipe is gone, its disk full) is left
    alone from then on: whoever watches must not be able to break what is watched."""
    lock, broken = threading.Lock(), threading.Event()

    def tell(event: Event) -> None:
        with lock:
            if broken.is_set():
                return
            try:
                listener(event)
            except Exception:
                broken.set()

    return tell
