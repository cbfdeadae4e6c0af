"""A prune that finds nothing to delete in a long history, beside what git alone needs for it.

Processor time of this process and its children counts: git does a part of the work.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from benchmarks import account
from benchmarks.row import Goal
from reconciler.kinds.registry import all_kinds
from reconciler.live.state import LiveResource
from reconciler.manifest.project import find_project
from reconciler.past.history import History
from reconciler.past.log import changes
from reconciler.past.objects import GitObjects
from reconciler.past.proof import Search

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from benchmarks.row import Row

COMMITS, QUICK_COMMITS = 10_000, 500
FILES = 200
STRANGERS = 20
"""Live resources of other people, which is what most histories are asked about."""
ROUNDS = 3
GOAL = 4.0
"""Times what git needs to list the changes and nothing more."""


def rows(*, quick: bool = False) -> Iterator[Row]:
    commits = QUICK_COMMITS if quick else COMMITS
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder).resolve() / "repo"
        write_history(root, commits)
        history = History(find_project([root], root, None), root)
        seconds = _side_by_side(
            {
                "prune": lambda: _searched(history),
                "git": lambda: [None for _ in changes(root, ["HEAD"])],
            }
        )
    prune, git = seconds["prune"], seconds["git"]
    what = f"{commits:,} commits, nothing of {STRANGERS} strangers found"
    beside = f"the list of changes alone: {_cpu(git)}"
    yield what, _cpu(prune), beside, str(Goal("cpu", prune / git, GOAL))


def write_history(root: Path, commits: int, files: int = FILES) -> None:
    """A project in which every second commit changes one of its manifests, the rest its code."""
    stream: list[str] = []
    for number in range(commits):
        stream.append(f"commit refs/heads/main\ncommitter b <b@example.com> {number} +0000\n")
        stream.append("data 1\nx\n")
        for path, text in _changed(number, files).items():
            stream.append(f"M 100644 inline {path}\ndata {len(text)}\n{text}\n")
    subprocess.run(["git", "init", "-q", "-b", "main", str(root)], check=True)
    feed = "".join(stream).encode()
    subprocess.run(["git", "fast-import", "--quiet"], input=feed, cwd=root, check=True)
    subprocess.run(["git", "reset", "-q", "--hard"], cwd=root, check=True)


def _changed(number: int, files: int) -> dict[str, str]:
    if number == 0:
        return {f"manifests/{each:04}.yaml": _manifest(each, 0) for each in range(files)}
    if number % 2:
        each = number // 2 % files
        return {f"manifests/{each:04}.yaml": _manifest(each, number)}
    return {f"src/{number % 97}.py": f"x = {number}\n"}


def _manifest(each: int, revision: int) -> str:
    spec = account.dataset(each) | {"displayName": f"Revision {revision}"}
    return account.document("Dataset", f"data-{each}", spec)


def strangers(number: int = STRANGERS) -> dict[str, LiveResource]:
    """Live datasets, some of them with names as versions have them, that no commit declared."""
    ids = [f"their-{each}" if each % 2 else f"theirs-{each:010x}" for each in range(number)]
    names = [f"accounts/{account.ACCOUNT}/datasets/{one}" for one in ids]
    return {name: LiveResource("Dataset", name, "READY", {"name": name}) for name in names}


def _search(objects: GitObjects, history: History) -> Search:
    return Search(strangers(), account.ACCOUNT, all_kinds(), objects, history.cwd)


def _searched(history: History) -> None:
    with GitObjects(history.root) as objects:
        _search(objects, history).through(history)


def _side_by_side(passes: dict[str, Callable[[], object]]) -> dict[str, float]:
    found: dict[str, list[float]] = {name: [] for name in passes}
    for _ in range(ROUNDS):
        for name, run in passes.items():
            before = sum(os.times()[:4])
            run()
            found[name].append(sum(os.times()[:4]) - before)
    return {name: median(seconds) for name, seconds in found.items()}


def _cpu(seconds: float) -> str:
    return f"{seconds:.2f} s cpu"
