"""A plan of a project of your own, beside the floor for its files and collections. Reads only."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from benchmarks.timing import side_by_side

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from benchmarks.row import Row

ROUNDS = 5


def rows(project: Path, *, quick: bool = False) -> Iterator[Row]:
    """One row; ``project`` is a folder with ``manifests``. A plan with refused changes is an
    error here: what it costs says little."""
    commands = {
        "plan": [sys.executable, "-m", "reconciler", "plan", "--content", "none", str(project)],
        "floor": [sys.executable, "benchmarks/floor_plan.py", str(project)],
    }
    found = side_by_side(commands, os.environ, 1 if quick else ROUNDS)
    plan, floor = found["plan"], found["floor"]
    ratio = f"{plan.cpu / floor.cpu:.2f} cpu, {plan.wall / floor.wall:.2f} wall"
    yield f"plan of {project}", str(plan), str(floor), ratio
