"""Our uploader and ``curl -T`` alone, many rounds: one goal hangs on their ratio."""

from __future__ import annotations

import tempfile
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from benchmarks.link import LOOPBACK, TLS, opened
from benchmarks.row import Goal
from benchmarks.shapes import FULL, QUICK
from benchmarks.timing import one_round
from benchmarks.uploads import CURL_GOAL, curl, sender

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.link import Link
    from benchmarks.row import Row
    from benchmarks.shapes import Shape


def rows(*, quick: bool = False) -> Iterator[Row]:
    """(what, our CPU, curl's, median of the rounds' ratios with the goal, and their spread)."""
    for link in (LOOPBACK, TLS):
        for shape in QUICK if quick else FULL:
            pairs = measure(link, shape, 3 if quick else 11)
            ratios = sorted(ours / theirs for ours, theirs in pairs)
            yield (
                f"{link.name}, {shape.name}: curl -T",
                f"{median(ours for ours, _ in pairs):.2f} s cpu",
                f"{median(theirs for _, theirs in pairs):.2f} s cpu",
                f"{Goal('cpu', median(ratios), CURL_GOAL)}, {ratios[0]:.2f} to {ratios[-1]:.2f}",
            )


def measure(link: Link, shape: Shape, rounds: int) -> list[tuple[float, float]]:
    """Seconds of processor time, ours and curl's, of each round."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        paths = shape.write(folder / "files")
        with opened(link, folder) as sink:
            given = sink.environment
            ours = sender("ours", sink.url, str(folder / "files"))
            both = {"ours": ours, "curl": curl(sink.url, paths, folder)}
            found = [one_round(both, given) for _ in range(rounds)]
    return [(timings["ours"].cpu, timings["curl"].cpu) for timings in found]
