"""Times whole processes: wall and processor time, two commands interleaved in one run."""

from __future__ import annotations

import os
import subprocess
import time
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


_SLOWING = ("PYTHONDONTWRITEBYTECODE", "PYTHONUNBUFFERED")
"""What a developer's shell may set, and no user's does."""


@dataclass(frozen=True, slots=True)
class Timing:
    """Medians over the rounds, in seconds; ``cpu`` is user plus system; ``rss_mib`` the peak.

    A child begins as a copy of us, and Linux counts that: no peak is below our own 20 MiB.
    """

    wall: float
    cpu: float
    rss_mib: float

    def __str__(self) -> str:
        return f"{self.cpu:.2f} s cpu, {self.wall:.2f} s wall, {self.rss_mib:.0f} MiB"


def run_once(command: Sequence[str], environment: Mapping[str, str], expected: int) -> Timing:
    """One run of a command whose output is thrown away; fails on any other exit code."""
    started = time.perf_counter()
    child = subprocess.Popen(
        command, env=dict(environment), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    assert child.stderr is not None
    errors = child.stderr.read()
    _, status, usage = os.wait4(child.pid, 0)
    wall = time.perf_counter() - started
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode != expected:
        raise SystemExit(f"{command} ended with {child.returncode}:\n{errors.decode()}")
    return Timing(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def side_by_side(
    commands: Mapping[str, Sequence[str]], environment: Mapping[str, str], rounds: int
) -> dict[str, Timing]:
    """Each command once a round, round after round, so that a busy machine slows all alike.

    A first round counts nothing: it compiles what has changed since, as any installer would."""
    environment = {name: v for name, v in environment.items() if name not in _SLOWING}
    for command in commands.values():
        run_once(command, environment, expected=0)
    found: dict[str, list[Timing]] = {name: [] for name in commands}
    for _ in range(rounds):
        for name, command in commands.items():
            found[name].append(run_once(command, environment, expected=0))
    return {name: _medians(timings) for name, timings in found.items()}


def _medians(timings: Sequence[Timing]) -> Timing:
    return Timing(
        median(t.wall for t in timings),
        median(t.cpu for t in timings),
        max(t.rss_mib for t in timings),
    )
