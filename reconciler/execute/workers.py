"""A few daemon threads that advance changes until each wants to wait or is settled."""

from __future__ import annotations

import queue
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from reconciler.execute.run import Run, Waiting
    from reconciler.execute.run_change import Settled


@dataclass(frozen=True, slots=True)
class Task:
    """A change under way: its run, and its steps as a generator."""

    run: Run
    steps: Waiting[Settled]


@dataclass(frozen=True, slots=True)
class Report:
    """What came of advancing a task: it wants to wait ``delay`` seconds, or it is settled."""

    task: Task
    delay: float = 0.0
    settled: Settled | None = None


class Workers:
    """Threads are daemons: a call that hangs must not keep an interrupted process alive."""

    def __init__(self, count: int) -> None:
        self._count = max(1, count)
        self._tasks: queue.SimpleQueue[Task | None] = queue.SimpleQueue()
        self._reports: queue.SimpleQueue[Report] = queue.SimpleQueue()
        self._threads: list[threading.Thread] = []
        self._in_flight: dict[int, Task] = {}

    @property
    def busy(self) -> bool:
        return bool(self._in_flight)

    @property
    def free(self) -> bool:
        return len(self._in_flight) < self._count

    def submit(self, task: Task) -> None:
        if len(self._threads) < min(self._count, len(self._in_flight) + 1):
            thread = threading.Thread(target=self._work, name="apply", daemon=True)
            self._threads.append(thread)
            thread.start()
        self._in_flight[id(task.run)] = task
        self._tasks.put(task)

    def collect(self, timeout: float) -> Report | None:
        """The next report, None when none came within ``timeout`` seconds."""
        try:
            report = self._reports.get(timeout=timeout)
        except queue.Empty:
            return None
        return report if self._in_flight.pop(id(report.task.run), None) else None

    def leave(self) -> tuple[Task, ...]:
        """Wait no longer for the calls in flight; gives the tasks that made them."""
        left = tuple(self._in_flight.values())
        self._in_flight.clear()
        return left

    def close(self) -> None:
        for _ in self._threads:
            self._tasks.put(None)

    def _work(self) -> None:
        while (task := self._tasks.get()) is not None:
            self._reports.put(_advance(task))


def _advance(task: Task) -> Report:
    try:
        return Report(task, delay=next(task.steps))
    except StopIteration as end:
        return Report(task, settled=end.value)
