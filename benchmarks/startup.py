"""What a command costs before it does anything, beside bare programs with the same libraries."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks import account
from benchmarks.row import Goal
from benchmarks.served import served
from benchmarks.timing import side_by_side

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.row import Row
    from benchmarks.timing import Timing

ROUNDS = 21
FLOORS = {
    "bare Python": [sys.executable, "-c", "pass"],
    "bare click": [sys.executable, "benchmarks/bare_click.py", "--help"],
    "imports of a plan": [sys.executable, "-c", "import click, yaml._yaml, httpx"],
}
GOALS = {
    "--version": {"bare Python": 1.3, "bare click": 1.3},
    "--help": {"bare Python": 5.5, "bare click": 1.3},
    "plan --help": {"bare Python": 5.5, "bare click": 1.3},
    "validate, one file": {"bare Python": 7.0},
    "plan, two resources": {"bare Python": 11.0, "imports of a plan": 1.5},
}
"""Times the processor time of a floor (performance notes S1 to S4, and the issue's own)."""


def rows(*, quick: bool = False) -> Iterator[Row]:
    """A row for each command beside each of its floors."""
    with tempfile.TemporaryDirectory() as folder, served("account", 2) as url:
        account.write_manifests(Path(folder, "project"), 2)
        commands = _commands(str(Path(folder, "project"))) | FLOORS
        found = side_by_side(commands, account.environment(url), 3 if quick else ROUNDS)
    for name, goals in GOALS.items():
        for floor, bar in goals.items():
            ratio = Goal("cpu", found[name].cpu / found[floor].cpu, bar)
            wall = f"{found[name].wall / found[floor].wall:.2f} wall"
            beside = f"{floor}: {_shown(found[floor])}"
            yield name, _shown(found[name]), beside, f"{ratio}, {wall}"


def _commands(project: str) -> dict[str, list[str]]:
    """As the script of an installer calls it: ``-m`` alone costs half of ``--version`` again."""
    ours = [sys.executable, "-c", "from reconciler.cli.main import main; main()"]
    return {
        "--version": [*ours, "--version"],
        "--help": [*ours, "--help"],
        "plan --help": [*ours, "plan", "--help"],
        "validate, one file": [*ours, "validate", project],
        "plan, two resources": [*ours, "plan", "--content", "none", project],
    }


def _shown(timing: Timing) -> str:
    return f"{1000 * timing.cpu:.0f} ms cpu, {1000 * timing.wall:.0f} ms wall"
