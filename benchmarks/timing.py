"""Times whole processes with hyperfine, several commands in turns; peak memory comes of one run."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import subprocess
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_SLOWING = ("PYTHONDONTWRITEBYTECODE", "PYTHONUNBUFFERED")
"""What a developer's shell may set, and no user's does."""


@dataclass(frozen=True, slots=True)
class Timing:
    """Seconds; ``cpu`` is user plus system, of children too. ``rss_mib`` is the peak memory, 0
    where nobody looked."""

    wall: float
    cpu: float
    rss_mib: float = 0.0

    def __str__(self) -> str:
        memory = f", {self.rss_mib:.0f} MiB" if self.rss_mib else ""
        return f"{self.cpu:.2f} s cpu, {self.wall:.2f} s wall{memory}"


def side_by_side(
    commands: Mapping[str, Sequence[str]], environment: Mapping[str, str], rounds: int
) -> dict[str, Timing]:
    """Medians over the rounds, and the peak memory of one run more that comes before them: it is
    not timed, for it compiles what has changed since, as any installer would."""
    peaks = {name: peak_mib(command, environment) for name, command in commands.items()}
    found = [one_round(commands, environment) for _ in range(rounds)]
    return {
        name: replace(_median([timings[name] for timings in found]), rss_mib=peaks[name])
        for name in commands
    }


def one_round(
    commands: Mapping[str, Sequence[str]], environment: Mapping[str, str]
) -> dict[str, Timing]:
    """Each command once, so that a machine that is busy for a while slows all alike.

    Raises SystemExit where hyperfine is missing, or a command fails."""
    with tempfile.TemporaryDirectory() as folder:
        export = Path(folder, "times.json")
        asked = [_hyperfine(), "-N", "--style", "none", "--runs", "1", "--export-json", str(export)]
        asked += [shlex.join(command) for command in commands.values()]
        ran = subprocess.run(
            asked, env=_usual(environment), capture_output=True, text=True, check=False
        )
        if ran.returncode:
            raise SystemExit(f"{shlex.join(asked)} failed:\n{ran.stderr}")
        results = json.loads(export.read_text())["results"]
    return {name: _timing(result) for name, result in zip(commands, results, strict=True)}


def peak_mib(command: Sequence[str], environment: Mapping[str, str]) -> float:
    """The most memory that a run of the command takes; its output is thrown away.

    Raises SystemExit with what it says on stderr when it fails. A child begins as a copy of us, and
    Linux counts that: no peak is below our own 20 MiB.
    """
    with tempfile.TemporaryFile() as said:
        child = subprocess.Popen(
            command, env=_usual(environment), stdout=subprocess.DEVNULL, stderr=said
        )
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode:
            said.seek(0)
            text = said.read().decode(errors="replace")
            raise SystemExit(f"{shlex.join(command)} ended with {child.returncode}:\n{text}")
    return usage.ru_maxrss / 1024


def _hyperfine() -> str:
    found = shutil.which("hyperfine")
    if found is None:
        raise SystemExit("commands are timed with hyperfine: apt-get install hyperfine")
    return found


def _usual(environment: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in environment.items() if name not in _SLOWING}


def _timing(result: Mapping[str, Any]) -> Timing:
    return Timing(result["times"][0], result["user"] + result["system"])


def _median(timings: Sequence[Timing]) -> Timing:
    return Timing(median(t.wall for t in timings), median(t.cpu for t in timings))
