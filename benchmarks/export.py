"""An export of a whole account, beside the plan of the manifests that it writes."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks import account
from benchmarks.served import served
from benchmarks.timing import side_by_side

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.row import Row

COUNT, ROUNDS = 10_000, 3


def rows(*, quick: bool = False) -> Iterator[Row]:
    """To stdout: every manifest is read back and planned before it is written, as in a plan."""
    count = 100 if quick else COUNT
    command = [sys.executable, "-m", "reconciler"]
    with tempfile.TemporaryDirectory() as name, served("account", count) as url:
        project = Path(name) / "as-live"
        account.write_manifests(project, count)
        commands = {
            "export": [*command, "export", "-q", str(project)],
            "plan": [*command, "plan", "--content", "none", str(project)],
        }
        found = side_by_side(commands, account.environment(url), ROUNDS)
    export, plan = found["export"], found["plan"]
    ratio = f"{export.cpu / plan.cpu:.2f} cpu, {export.wall / plan.wall:.2f} wall"
    yield f"export of {count:,} (and its models) beside a plan", str(export), str(plan), ratio
