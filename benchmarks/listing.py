"""Listing every collection of an account over a slow line, beside its longest chain of pages."""

from __future__ import annotations

import time
from statistics import median
from typing import TYPE_CHECKING

from benchmarks.account import ACCOUNT, KEY
from benchmarks.row import Goal
from benchmarks.served import served
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
    with served("paged", PAGES, round(1000 * LATENCY)) as url:
        one = median(_seconds(url, kinds[:1]) for _ in range(rounds))
        together = median(_seconds(url, kinds) for _ in range(rounds))
    chain = PAGES * LATENCY
    yield (
        f"list {len(kinds)} collections of {PAGES} pages, {1000 * LATENCY:.0f} ms an answer",
        f"{together:.2f} s wall",
        f"a chain of answers {chain:.2f} s; one collection alone {one:.2f} s",
        str(Goal("wall", together / chain, GOAL)),
    )


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
