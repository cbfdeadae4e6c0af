"""RESULTS.md: the table of a suite in its place, and whoever explains it below it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

RESULTS = Path(__file__).with_name("RESULTS.md")


def with_table(text: str, suite: str, table: Sequence[str], when: str) -> str:
    """``text`` with this table, and the line that says when, under the suite's heading; the words
    after the table stay. Raises SystemExit where there is no such heading."""
    place = re.compile(rf"(^## [^\n]*: `{suite}`\n)(?:(?:[|*][^\n]*)?\n)*", re.MULTILINE)
    if not place.search(text):
        raise SystemExit(f"{RESULTS.name} has no section that ends with `{suite}`")
    lines = "\n".join(table)
    return place.sub(lambda found: f"{found[1]}\n{when}\n\n{lines}\n\n", text, count=1)
