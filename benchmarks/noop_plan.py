"""A plan with nothing to do, beside its floor, at growing counts."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks import account
from benchmarks.timing import side_by_side

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.row import Row

COUNTS = (100, 1_000)
ROUNDS = 5
GOAL = 2.0


@contextmanager
def served(count: int) -> Iterator[str]:
    """The address of an emulator in another process, with ``count`` resources."""
    command = [sys.executable, "-m", "benchmarks.account", str(count)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as child:
        assert child.stdout is not None
        try:
            yield child.stdout.readline().strip()
        finally:
            child.terminate()


def rows(*, quick: bool = False) -> Iterator[Row]:
    """(what, measured, floor, ratio with its goal) for each count."""
    for count in COUNTS[:1] if quick else COUNTS:
        with tempfile.TemporaryDirectory() as folder, served(count) as url:
            root = Path(folder)
            account.write_manifests(root, count)
            commands = {
                "plan": [sys.executable, "-m", "reconciler", "plan", folder],
                "floor": [sys.executable, "benchmarks/floor_plan.py", folder],
            }
            found = side_by_side(commands, account.environment(url), ROUNDS)
        plan, floor = found["plan"], found["floor"]
        yield (
            f"no-change plan of {count}",
            f"{plan.cpu:.2f} s cpu, {plan.wall:.2f} s wall, {plan.rss_mib:.0f} MiB",
            f"{floor.cpu:.2f} s cpu, {floor.wall:.2f} s wall",
            f"{plan.cpu / floor.cpu:.2f} cpu, {plan.wall / floor.wall:.2f} wall (goal {GOAL})",
        )
