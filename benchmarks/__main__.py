"""``python -m benchmarks``: every measurement, one table."""

from __future__ import annotations

from benchmarks import noop_plan, startup


def main() -> None:
    """Print a Markdown table; run it on a machine that does nothing else."""
    print("| what | measured | floor | ratio |\n| --- | --- | --- | --- |")
    for suite in (startup, noop_plan):
        for row in suite.rows():
            print("| " + " | ".join(row) + " |", flush=True)


main()
