"""One process for each mutant, forked off when all tests are loaded; it ends at the first failure.

A plugin of pytest: instead of running the tests once, it runs them once with their lines
recorded, and then those of each mutant.
"""

from __future__ import annotations

import gc
import os
import resource
import signal
import time
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

import coverage
import pytest
from _pytest.runner import runtestprotocol

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tests.mutants.mutated import Mutant
    from tests.mutants.verdicts import Verdicts

SURVIVED, KILLED, UNFIT, TOO_LARGE = 0, 1, 2, 3
SLOWER = 10
"""A mutant may take so many times the processor time of its tests, and some seconds."""
SPARE = 10
ROOM = 2 << 30
"""Bytes that a mutant may take beside what stands already, long before the machine has no more."""


class Trials:
    """``pending`` are tried, ``jobs`` at a time; what comes of each goes to ``verdicts``."""

    def __init__(self, pending: list[Mutant], verdicts: Verdicts, jobs: int) -> None:
        self._pending, self._verdicts, self._jobs = pending, verdicts, jobs
        self._seconds: dict[str, float] = {}
        self._tests: dict[tuple[str, int], set[pytest.Item]] = defaultdict(set)
        self._reach: dict[str, int] = defaultdict(int)
        self._running: dict[int, Mutant] = {}

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        self._record(session.items)
        gc.collect()
        gc.freeze()  # what stands already is shared by the forked processes, not copied
        self._prove_that_nothing_else_fails(session.items)
        for mutant in self._pending:
            if len(self._running) == self._jobs:
                self._reap()
            self._start(mutant)
        while self._running:
            self._reap()
        return True

    def _record(self, items: list[pytest.Item]) -> None:
        """Run every test on the code as it is; note which lines it reaches and how long it takes.

        :raises pytest.UsageError: one fails already
        """
        files = {str(m.path.resolve()) for m in self._pending}
        measure = coverage.Coverage(data_file=None, include=sorted(files))
        measure.start()
        for item in items:
            measure.switch_context(item.nodeid)
            started = time.process_time()
            if failure([item]):
                raise pytest.UsageError(f"{item.nodeid} fails without a mutant")
            self._seconds[item.nodeid] = time.process_time() - started
        measure.stop()
        named = {item.nodeid: item for item in items}
        for file in files:
            self._note(file, measure.get_data().contexts_by_lineno(file), named)

    def _note(
        self, file: str, reached: dict[int, list[str]], named: dict[str, pytest.Item]
    ) -> None:
        for line, tests in reached.items():
            for test in filter(None, tests):
                self._tests[file, line].add(named[test])
                self._reach[test] += 1

    def _chosen(self, path: Path, lines: Iterable[int]) -> list[pytest.Item]:
        """The tests that reach one of the lines; first those that reach little else, and soon."""
        file = str(path.resolve())
        found = {item for line in lines for item in self._tests[file, line]}
        return self._in_order(found)

    def _in_order(self, tests: Iterable[pytest.Item]) -> list[pytest.Item]:
        def rank(test: pytest.Item) -> float:
            return self._reach[test.nodeid] * (0.01 + self._seconds[test.nodeid])

        return sorted(tests, key=rank)

    def _prove_that_nothing_else_fails(self, items: list[pytest.Item]) -> None:
        """Forked and in the order of the trials, but without a mutant, every test passes."""
        child = os.fork()
        if not child:
            os._exit(failure(self._in_order(items)) is not None)
        if os.waitpid(child, 0)[1]:
            raise pytest.UsageError("a test fails in a forked process, without a mutant")

    def _start(self, mutant: Mutant) -> None:
        tests = self._chosen(mutant.path, mutant.lines)
        if not tests:
            self._verdicts.add(mutant, "unreached")
            return
        limit = SPARE + SLOWER * sum(self._seconds[item.nodeid] for item in tests)
        child = os.fork()
        if not child:
            _bound(int(limit))
            os._exit(_try(mutant, tests))
        self._running[child] = mutant

    def _reap(self) -> None:
        child, status = os.wait()
        said = {SURVIVED: "survived", KILLED: "killed", UNFIT: "unfit", TOO_LARGE: "too large"}
        verdict = "endless" if os.WIFSIGNALED(status) else said[os.waitstatus_to_exitcode(status)]
        self._verdicts.add(self._running.pop(child), verdict)


def _bound(seconds: int) -> None:
    """Let the system end this process: by the time it computes, and by the clock if it hangs.
    Beyond its room there is a MemoryError."""
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    taken = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (taken + ROOM, taken + ROOM))
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.alarm(seconds * SLOWER)


def _try(mutant: Mutant, tests: list[pytest.Item]) -> int:
    try:
        mutant.put_in()
    except ValueError:
        return UNFIT
    try:
        failed = failure(tests)
    except MemoryError:
        return TOO_LARGE
    except BaseException:  # a mutant that breaks pytest itself is noticed
        return KILLED
    if failed is None:
        return SURVIVED
    return TOO_LARGE if "MemoryError" in failed.longreprtext else KILLED


def failure(tests: list[pytest.Item]) -> pytest.TestReport | None:
    """The first that there is; no test runs after it."""
    for item, following in zip(tests, [*tests[1:], None], strict=True):
        for report in runtestprotocol(item, log=False, nextitem=following):
            if report.failed:
                return report
    return None
