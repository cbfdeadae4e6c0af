"""``make fuzz``: every target for some time, guided by the coverage that atheris measures.

    python -m tests.fuzz.run [--seconds 60] [TARGET ...]

Each target runs in a process of its own, from its seeds and from what earlier runs kept in
``.fuzz/<target>/``. An input that breaks something is saved as ``.fuzz/crash-<target>-…``: mend the
fault, and add the input to ``tests/fuzz/crashes/<target>/``. The last line counts executions.
"""

from __future__ import annotations

import argparse
import hashlib
import re
import subprocess
import sys
from pathlib import Path

from tests.fuzz.targets import TARGETS, seeds

KEPT = Path(".fuzz")
LIMITS = ("-timeout=20", "-rss_limit_mb=1024", "-max_len=20000", "-print_final_stats=1")
EXECUTED = re.compile(r"stat::number_of_executed_units:\s*(\d+)")
GUIDED = """
import sys
import atheris
with atheris.instrument_imports(include=["reconciler"]):
    from tests.fuzz.targets import TARGETS
atheris.Setup(sys.argv, TARGETS[{name!r}])
atheris.Fuzz()
"""


def main() -> int:
    """The number of targets that broke."""
    asked = argparse.ArgumentParser(prog="fuzz")
    asked.add_argument("--seconds", type=int, default=60, help="for each target")
    asked.add_argument("targets", nargs="*", metavar="TARGET", help=", ".join(TARGETS))
    given = asked.parse_args()
    broken, executed = 0, 0
    for name in given.targets or TARGETS:
        code, count = fuzz(name, given.seconds)
        print(f"{name:<14}{count:>12,} executions  {'BROKEN' if code else 'ok'}", flush=True)
        broken, executed = broken + bool(code), executed + count
    print(f"{'all':<14}{executed:>12,} executions  {broken} broken")
    return broken


def fuzz(name: str, seconds: int) -> tuple[int, int]:
    """The exit code of a target's process, and how many inputs it ran."""
    folder = KEPT / name
    folder.mkdir(parents=True, exist_ok=True)
    for seed in seeds(name):
        (folder / hashlib.sha256(seed).hexdigest()[:16]).write_bytes(seed)
    flags = (*LIMITS, f"-max_total_time={seconds}", f"-artifact_prefix={KEPT}/crash-{name}-")
    command = [sys.executable, "-c", GUIDED.format(name=name), *flags, str(folder)]
    ran = subprocess.run(command, capture_output=True, text=True, errors="replace", check=False)
    if ran.returncode:
        print(ran.stdout[-4_000:], ran.stderr[-4_000:], file=sys.stderr)
    counts = EXECUTED.findall(ran.stderr)
    return ran.returncode, int(counts[-1]) if counts else 0


if __name__ == "__main__":
    raise SystemExit(main())
