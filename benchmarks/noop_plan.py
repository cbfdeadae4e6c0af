"""A plan with nothing to do, beside its floor, at growing counts."""

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

ROUNDS = {1_000: 5, 10_000: 3, 20_000: 3}
GOAL = 1.5
LINEAR = 1.15
MEMORY = {10_000: 200.0}
"""MiB, with 15,000 live resources (performance notes, P5)."""
CHANGED = 0.01


def rows(*, quick: bool = False) -> Iterator[Row]:
    """For each count: the plan beside its floor, then with 1 % of it changed; at last how the cost
    of one more resource grows."""
    plans: dict[int, Timing] = {}
    for count in (100,) if quick else ROUNDS:
        with tempfile.TemporaryDirectory() as folder, served("account", count) as url:
            found = _measured(Path(folder), count, url)
        plan, floor, changed = found["plan"], found["floor"], found["changed"]
        plans[count] = plan
        ratios = Goal("cpu", plan.cpu / floor.cpu, GOAL), Goal("wall", plan.wall / floor.wall, GOAL)
        memory = MEMORY.get(count)
        most = [Goal("MiB", plan.rss_mib, memory)] if memory else []
        yield f"no-change plan of {count:,}", str(plan), str(floor), _said(*ratios, *most)
        yield (
            f"the same, {count * CHANGED:.0f} changed",
            str(changed),
            str(plan),
            f"{changed.cpu / plan.cpu:.2f} cpu, {changed.wall / plan.wall:.2f} wall",
        )
    if not quick:
        yield _growth(*plans.items())


def _measured(root: Path, count: int, url: str) -> dict[str, Timing]:
    account.write_manifests(root / "as-live", count)
    account.write_manifests(root / "changed", count, changed=CHANGED)
    plan = [sys.executable, "-m", "reconciler", "plan", "--content", "none"]
    commands = {
        "plan": [*plan, str(root / "as-live")],
        "floor": [sys.executable, "benchmarks/floor_plan.py", str(root / "as-live")],
        "changed": [*plan, str(root / "changed")],
    }
    return side_by_side(commands, account.environment(url), ROUNDS.get(count, 2))


def _growth(
    small: tuple[int, Timing], middle: tuple[int, Timing], large: tuple[int, Timing]
) -> Row:
    """What one more resource costs, between the second and third count beside the first two."""
    early = (middle[1].cpu - small[1].cpu) / (middle[0] - small[0])
    late = (large[1].cpu - middle[1].cpu) / (large[0] - middle[0])
    return (
        f"one more resource, {middle[0]:,} to {large[0]:,}",
        f"{1e6 * late:.0f} µs cpu",
        f"{1e6 * early:.0f} µs cpu from {small[0]:,} to {middle[0]:,}",
        _said(Goal("", late / early, LINEAR)),
    )


def _said(*goals: Goal) -> str:
    return ", ".join(map(str, goals))
