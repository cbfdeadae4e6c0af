"""Listing every collection of an account over a slow line, beside its longest chain of pages."""

from __future__ import annotations

import subprocess
import sys
import time
from contextlib import contextmanager
from statistics import median
from typing import TYPE_CHECKING

from benchmarks.account import ACCOUNT, KEY
from benchmarks.row import Goal
from reconciler.api.connection import Connection
from reconciler.fireworks import connect
from reconciler.kinds.registry import all_kinds
from reconciler.live.snapshot import list_account

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from benchmarks.row import Row
    from reconciler.kinds.kind import Kind

PAGES, LATENCY, ROUNDS = 7, 0.05, 5
GOAL = 1.4
"""Times the wall of the longest chain (performance notes, H2)."""


def rows(*, quick: bool = False) -> Iterator[Row]:
    """One row: all collections side by side, beside one of them and beside bare waiting."""
    rounds = 1 if quick else ROUNDS
    kinds = list(all_kinds().values())
    with _served() as url:
        one = median(_seconds(url, kinds[:1]) for _ in range(rounds))
        together = median(_seconds(url, kinds) for _ in range(rounds))
    chain = PAGES * LATENCY
    yield (
        f"list {len(kinds)} collections of {PAGES} pages, {1000 * LATENCY:.0f} ms an answer",
        f"{together:.2f} s wall",
        f"a chain of answers {chain:.2f} s; one collection alone {one:.2f} s",
        str(Goal("wall", together / chain, GOAL)),
    )


@contextmanager
def _served() -> Iterator[str]:
    arguments = [str(PAGES), str(round(1000 * LATENCY))]
    command = [sys.executable, "-m", "benchmarks.paged", *arguments]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as child:
        assert child.stdout is not None
        try:
            yield child.stdout.readline().strip()
        finally:
            child.terminate()


def _seconds(url: str, kinds: Sequence[Kind]) -> float:
    """From the first request to the last row, connections opened anew."""
    where = Connection.from_environment(url, ACCOUNT, {"FIREWORKS_API_KEY": KEY})
    provider = connect(where, read_only=True)
    try:
        began = time.perf_counter()
        found = list_account(provider, kinds)
        took = time.perf_counter() - began
    finally:
        provider.close()
    if found.incomplete:
        raise SystemExit(f"not listed whole: {found.incomplete}")
    return took
