"""``python -m benchmarks [SUITE...] [--quick]``: measurements side by side, one table each."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks import plan
from benchmarks.results import RESULTS, with_table

if TYPE_CHECKING:
    from collections.abc import Iterable

    from benchmarks.row import Row

SUITES = {
    "startup": "What a command costs before it does anything",
    "noop_plan": "A plan with nothing to do",
    "stages": "What the stages of a plan cost a resource",
    "content": "A plan with nothing to do, and what the storage holds",
    "listing": "Every collection of an account over a slow line",
    "peers": "A plan with nothing to do, beside octoDNS and Terraform",
    "export": "An export of a whole account",
    "prune": "A prune that finds nothing in a long history",
    "creates": "Many small creates, with latency and with 429s",
    "validate": "Many files of rows, by all cores",
    "rows": "Rows of datasets checked, looked at and compared",
    "uploads": "Uploads beside what a user would take instead",
    "beside_curl": "Uploads beside one curl, many rounds",
    "rerun": "An apply of an upload that is finished",
    "memory": "Peak memory of an apply",
    "byte_clients": "Clients for the byte path, raw",
}
HEAD = "| what | measured | beside | ratio |\n| --- | --- | --- | --- |"


def main() -> None:
    """Print a Markdown table a suite; run it on a machine that does nothing else."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    names = ", ".join(SUITES)
    parser.add_argument("suites", nargs="*", metavar="SUITE", help=f"{names} (default: all)")
    parser.add_argument("--project", type=Path, help="a plan of this project, and nothing else")
    parser.add_argument("--quick", action="store_true", help="fewer rounds and smaller files")
    parser.add_argument("--write", action="store_true", help=f"put the tables into {RESULTS.name}")
    arguments = parser.parse_args()
    unknown = [name for name in arguments.suites if name not in SUITES]
    if unknown:
        parser.error(f"no suite {unknown[0]}; there are {names}")
    if arguments.project:
        print(HEAD)
        show(plan.rows(arguments.project, quick=arguments.quick))
        return
    suites = arguments.suites or list(SUITES)
    if len(suites) > 1:  # each in a process of its own: what one keeps in memory, others would show
        flags = ["--quick"] * arguments.quick + ["--write"] * arguments.write
        for name in suites:
            subprocess.run([sys.executable, "-m", "benchmarks", name, *flags], check=True)
        return
    if arguments.quick:
        print("Quick: start-up weighs more than bytes here; only a full run judges a goal.")
    (name,) = suites
    print(f"\n## {SUITES[name]}: `{name}`\n\n{HEAD}", flush=True)
    lines = show(import_module(f"benchmarks.{name}").rows(quick=arguments.quick))
    if arguments.write:
        RESULTS.write_text(with_table(RESULTS.read_text(), name, [HEAD, *lines], when()))


def show(rows: Iterable[Row]) -> list[str]:
    """Print each as soon as it is there; all of them."""
    lines = []
    for row in rows:
        lines.append("| " + " | ".join(row) + " |")
        print(lines[-1], flush=True)
    return lines


def when() -> str:
    """What a table must be read with."""
    git = ["git", "describe", "--always", "--dirty", "--exclude=*"]
    commit = subprocess.run(git, capture_output=True, text=True, check=False).stdout.strip()
    now = datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")
    return f"*{now}, commit {commit or 'unknown'}, load {os.getloadavg()[2]:.1f}*"


main()
