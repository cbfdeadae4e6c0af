"""``validate`` of many files of rows: one process for each core beside one process for all, and
beside reading the bytes."""

from __future__ import annotations

import json
import os
import random
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.row import Goal
from benchmarks.timing import side_by_side
from reconciler.manifest.reading_pool import cores

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.row import Row

ROWS, FILES = 10_000, 1_000
FEW_ROWS, FEW_FILES = 10_000, 100  # with --quick
WORDS = 12  # of a question, and of its answer: a row of some 200 bytes
GOAL = 0.8  # of the speed that so many cores could have
ON_ONE_CORE = "import os, sys; os.sched_setaffinity(0, {0}); os.execv(sys.argv[1], sys.argv[1:])"
READ = """
import pathlib, sys
for path in sorted(pathlib.Path(sys.argv[1]).iterdir()):
    with path.open("rb", buffering=0) as file:
        while file.read(1 << 20):
            pass
"""
PROJECT = "apiVersion: reconciler/v1\nkind: Project\nspec: {}\n"
MANIFEST = """apiVersion: reconciler/v1
kind: Dataset
metadata: {{name: data-{number}}}
spec: {{format: CHAT, source: {{path: ../data/{number}.jsonl}}}}
"""


def rows(*, quick: bool = False) -> Iterator[Row]:
    """(files and rows, all cores, one core or the bytes alone, ratios)."""
    count, each = (FEW_FILES, FEW_ROWS) if quick else (FILES, ROWS)
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        size = write_project(root, count, each)
        ours = [sys.executable, "-m", "reconciler", "validate", folder]
        found = side_by_side(
            {
                "all": ours,
                "one": [sys.executable, "-c", ON_ONE_CORE, *ours],
                "read": [sys.executable, "-c", READ, str(root / "data")],
            },
            {**os.environ, "HOME": "", "XDG_CACHE_HOME": ""},  # nothing is known of the files
            1,
        )
    every, alone, read = found["all"], found["one"], found["read"]
    what = f"{each:,} rows x {count:,} files, {size / 1e9:.1f} GB, {cores()} cores"
    speeds = alone.wall / every.wall
    share = Goal("of the speed of so many cores", speeds / cores(), GOAL, at_least=True)
    yield f"validate, {what}", f"{every}", f"one core: {alone}", f"{speeds:.2f} x as fast, {share}"
    yield (
        f"validate, {what}",
        f"{size / every.wall / 1e6:.0f} MB/s, one core {size / alone.wall / 1e6:.0f} MB/s",
        f"reading the bytes: {read}, {size / read.wall / 1e6:.0f} MB/s",
        f"{every.wall / read.wall:.1f} wall",
    )


def write_project(root: Path, files: int, each: int) -> int:
    """A dataset for each of so many files of so many rows of chat; the bytes of all rows."""
    source = random.Random(1)
    words = [f"{source.choice('aeiou')}{number:x}" for number in range(4_000)]
    body = b"".join(_row(n, source.choices(words, k=2 * WORDS)) for n in range(1, each))
    (root / "reconciler.yaml").write_text(PROJECT)
    for name in ("manifests", "data"):
        (root / name).mkdir()
    size = 0
    for number in range(files):
        first = _row(0, [f"file {number}", *words[: 2 * WORDS - 1]])
        size += (root / "data" / f"{number}.jsonl").write_bytes(first + body)
        (root / "manifests" / f"{number}.yaml").write_text(MANIFEST.format(number=number))
    return size


def _row(number: int, words: list[str]) -> bytes:
    question, answer = f"{number}: {' '.join(words[:WORDS])}", " ".join(words[WORDS:])
    said = [{"role": "user", "content": question}, {"role": "assistant", "content": answer}]
    return json.dumps({"messages": said}).encode() + b"\n"
