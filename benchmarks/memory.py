"""Peak memory of a whole apply, of small and of large files."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.account import ACCOUNT, environment
from benchmarks.row import Goal
from benchmarks.timing import peak_mib
from benchmarks.weights import write_project

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.row import Row

MB, GB = 1_000_000, 1_000_000_000
GOAL = 100  # MiB
KEEP = 1_000_000  # bytes: of larger files the emulator keeps digest and size only
KEY = "fw_emulator"  # what `reconciler emulator` answers to
LINES = 3  # that it prints before it serves


def rows(*, quick: bool = False) -> Iterator[Row]:
    """(what, the apply, one of a small file, MiB with the goal)."""
    sizes = [(1, GB), (64, MB)] if quick else [(1, 20 * GB), (1_024, MB)]
    small = measure(1, 16 * MB)
    for count, size in sizes:
        found = measure(count, size)
        shown = f"{size / GB:g} GB" if size >= GB else f"{size // MB} MB"
        yield (
            f"apply of {count:,} x {shown}",
            f"{found:.0f} MiB",
            f"1 x 16 MB: {small:.0f} MiB",
            str(Goal("peak", found, GOAL, " MiB")),
        )


def measure(count: int, size: int) -> float:
    """One `apply` against an emulator of its own that keeps no large file."""
    with tempfile.TemporaryDirectory() as name, _emulator() as url:
        write_project(Path(name) / "project", count, size)
        given = environment(url) | {"FIREWORKS_API_KEY": KEY}
        given |= {"XDG_CACHE_HOME": f"{name}/cache", "XDG_STATE_HOME": f"{name}/state"}
        command = [sys.executable, "-m", "reconciler", "apply", "--yes", f"{name}/project"]
        return peak_mib(command, given)


@contextmanager
def _emulator() -> Iterator[str]:
    command = [sys.executable, "-m", "reconciler", "emulator", "--account", ACCOUNT]
    command += ["--keep-bytes", str(KEEP)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdout=pipe, stderr=pipe, text=True) as child:
        assert child.stdout is not None
        try:
            lines = [child.stdout.readline().strip() for _ in range(LINES)]
            yield next(line for line in lines if "BASE_URL" in line).partition("=")[2]
        finally:
            child.terminate()
