"""A plan with nothing to do of resources that have bytes, by what ``--content`` compares."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks import account
from benchmarks.timing import peak_mib, side_by_side
from reconciler.emulator.server import Emulator

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.row import Row

COUNT = 150
"""Fewer than the 200 that ``auto`` asks about in one run."""
ROUNDS = 5
NO_CACHE = os.devnull
"""Where no cache can be: nothing is known of an earlier run."""
WISHES = {
    "--content auto, cold": ("auto", NO_CACHE),
    "--content auto, known from before": ("auto", ""),
    "--content all": ("all", ""),
}


def rows(*, quick: bool = False) -> Iterator[Row]:
    """Each wish beside ``--content none``, with the requests that it takes."""
    count = COUNT // 10 if quick else COUNT
    with tempfile.TemporaryDirectory() as folder:
        root, cache = Path(folder, "project"), str(Path(folder, "cache"))
        account.write_files(root, count)
        with Emulator(account=account.ACCOUNT, key=account.KEY) as emulator:
            environment = account.environment(emulator.url) | {"XDG_CACHE_HOME": cache}
            peak_mib(_reconciler("apply", "--yes", str(root)), environment)
            commands = {"none": _plan("none", "", root)}
            commands |= {name: _plan(*wish, root) for name, wish in WISHES.items()}
            found = side_by_side(commands, environment, 1 if quick else ROUNDS)
            sent = {name: _requests(c, environment, emulator) for name, c in commands.items()}
    none = found["none"]
    for name in WISHES:
        yield (
            f"plan of {count} datasets with a file each, {name}",
            f"{found[name]}, {sent[name]}",
            f"{none}, {sent['none']}",
            f"{found[name].cpu / none.cpu:.2f} cpu, {found[name].wall / none.wall:.2f} wall",
        )


def _reconciler(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "reconciler", *arguments]


def _plan(mode: str, cache: str, root: Path) -> list[str]:
    elsewhere = ["env", f"XDG_CACHE_HOME={cache}"] if cache else []
    return [*elsewhere, *_reconciler("plan", "--content", mode, str(root))]


def _requests(command: list[str], environment: dict[str, str], emulator: Emulator) -> str:
    before = len(emulator.requests)
    peak_mib(command, environment)
    asked = [request.path for request in emulator.requests[before:]]
    lists = sum(path.endswith("/datasets") for path in asked)
    return f"{len(asked)} requests, {lists} of them lists"
