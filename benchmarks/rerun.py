"""An apply of an upload that is finished: what it costs to find that there is nothing to do."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.account import environment
from benchmarks.row import Goal
from benchmarks.timing import one_round, peak_mib, side_by_side
from benchmarks.weights import write_project

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from benchmarks.row import Row

MB = 1_000_000
WARM_GOAL = 1.0  # seconds


def rows(*, quick: bool = False) -> Iterator[Row]:
    """(what, with a warm cache, with a cold one, seconds with the goal)."""
    count, size = (100, 10 * MB) if quick else (1_000, 100 * MB)
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        folder = write_project(root / "project", count, size)
        with _served(folder) as (url, child):
            given = environment(url)
            given |= {"XDG_CACHE_HOME": f"{name}/cache", "XDG_STATE_HOME": f"{name}/state"}
            command = [sys.executable, "-m", "reconciler", "apply", "--yes", str(root / "project")]
            cold = one_round({"apply": command}, given)["apply"]
            warm = side_by_side({"apply": command}, given, 3 if quick else 5)["apply"]
            opened = _opened(command, given, folder, root / "trace")
            writes = _writes(child)
    yield (
        f"apply again, {count:,} files, {count * size / 1e9:g} GB",
        str(warm),
        f"cold cache: {cold}",
        f"{Goal('wall', warm.wall, WARM_GOAL, ' s')}, {writes} requests that write, {opened}",
    )


@contextmanager
def _served(folder: Path) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    command = [sys.executable, "-m", "benchmarks.finished", str(folder)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) as child:
        assert child.stdout is not None
        try:
            yield child.stdout.readline().strip(), child
        finally:
            child.terminate()


def _writes(child: subprocess.Popen[str]) -> int:
    assert child.stdin is not None
    assert child.stdout is not None
    child.stdin.write("\n")
    child.stdin.flush()
    return int(child.stdout.readline())


def _opened(command: Sequence[str], given: Mapping[str, str], folder: Path, trace: Path) -> str:
    """How many files of the model one more run opens, as the kernel sees it."""
    strace = shutil.which("strace")
    if strace is None:
        return "files opened: not counted, strace is missing"
    traced = [strace, "-f", "-qq", "-e", "trace=open,openat", "-o", str(trace), *command]
    peak_mib(traced, given)
    names = {path.name for path in folder.iterdir()}
    lines = trace.read_text(errors="replace").splitlines()
    found = {name for line in lines for name in (_name(line),) if name in names}
    return f"{len(found)} of its files opened"


def _name(line: str) -> str:
    """The last part of the path that a line of the trace opens."""
    return line.partition('"')[2].partition('"')[0].rpartition("/")[2]
