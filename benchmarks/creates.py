"""An apply of many small creates, beside the critical path of its latencies.

The critical path: what the same commands cost on an account with nothing to create, and for the
creates their requests one after the other, shared by as many as may be under way.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks import account
from benchmarks.row import Goal
from benchmarks.timing import one_round
from reconciler.emulator.faults import Fault
from reconciler.emulator.server import Emulator

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.row import Row
    from benchmarks.timing import Timing

COUNT = 200
PARALLELISM = 8
LATENCY = 0.05
THROTTLED = 10
GOAL = 1.2


def rows(*, quick: bool = False) -> Iterator[Row]:
    """Without latency, with it, and with a tenth of the creates answered 429 first."""
    count = COUNT // 10 if quick else COUNT
    plain, _ = applied(count)
    yield f"apply of {count} creates, no latency", str(plain), "", f"{count / plain.wall:.0f} a s"
    delay = Fault("delay", seconds=LATENCY, times=None)
    slow, requests = applied(count, delay)
    idle, _ = applied(0, delay)
    path = idle.wall + requests * LATENCY / PARALLELISM
    yield (
        f"the same, {1000 * LATENCY:.0f} ms a request",
        str(slow),
        f"critical path {path:.2f} s: {requests} requests of creates, {PARALLELISM} at once",
        str(Goal("wall", slow.wall / path, GOAL)),
    )
    throttle = Fault("retry_after", method="POST", retry_after="1", times=THROTTLED)
    limited, _ = applied(count, throttle)
    yield (
        f"the same, no latency, {THROTTLED} x 429 with Retry-After: 1",
        str(limited),
        str(plain),
        f"{limited.wall - plain.wall:+.1f} s: one limiter, so the waits are shared",
    )


def applied(count: int, *faults: Fault) -> tuple[Timing, int]:
    """The whole process, and how many requests the creates themselves took."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        account.write_datasets(root, count)
        with Emulator(account=account.ACCOUNT, key=account.KEY) as emulator:
            emulator.faults.add(*faults)
            apply = ["apply", "--yes", "--parallelism", str(PARALLELISM), str(root)]
            command = [sys.executable, "-m", "reconciler", *apply]
            timing = one_round({"apply": command}, account.environment(emulator.url))["apply"]
            asked = [r.path for r in emulator.requests]
    return timing, sum("/datasets/" in p or p.endswith("/datasets") for p in asked)
