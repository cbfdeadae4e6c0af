"""What ``--help`` costs beside a bare click program."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from benchmarks.timing import side_by_side

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.row import Row

ROUNDS = 21
GOAL = 1.3


def rows(*, quick: bool = False) -> Iterator[Row]:
    """(what, measured, floor, ratio with its goal)."""
    commands = {
        "help": [sys.executable, "-m", "reconciler", "--help"],
        "plan help": [sys.executable, "-m", "reconciler", "plan", "--help"],
        "version": [sys.executable, "-m", "reconciler", "--version"],
        "floor": [sys.executable, "benchmarks/bare_click.py", "--help"],
    }
    found = side_by_side(commands, os.environ, 5 if quick else ROUNDS)
    floor = found.pop("floor")
    for name, timing in found.items():
        yield (
            name,
            f"{1000 * timing.cpu:.0f} ms cpu, {1000 * timing.wall:.0f} ms wall",
            f"{1000 * floor.cpu:.0f} ms cpu, {1000 * floor.wall:.0f} ms wall",
            f"{timing.cpu / floor.cpu:.2f} cpu, {timing.wall / floor.wall:.2f} wall (goal {GOAL})",
        )
