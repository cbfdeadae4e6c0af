"""What became of each mutant, kept in a file that is only ever added to."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from tests.mutants.mutated import Mutant

LEFT = ("survived", "unreached")
LIMITS = ("endless", "too large")
COLUMNS = ("killed", *LIMITS, "survived", "unreached", "unfit", "not run")


class Verdicts:
    """``killed`` ones fail a test, ``endless`` and ``too large`` ones run into a limit of time or
    memory, ``survived`` and ``unreached`` ones nobody notices."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._said: dict[str, str] = {}
        if path.exists():
            for line in path.read_text(encoding="utf-8").splitlines():
                self._said |= json.loads(line)

    def of(self, mutant: Mutant) -> str:
        return self._said.get(mutant.key, "not run")

    def is_pending(self, mutant: Mutant, *, again: bool) -> bool:
        return self.of(mutant) == "not run" or (again and self.of(mutant) in (*LEFT, *LIMITS))

    def add(self, mutant: Mutant, verdict: str) -> None:
        self._said[mutant.key] = verdict
        self._path.parent.mkdir(exist_ok=True)
        with self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps({mutant.key: verdict}) + "\n")

    def table(self, mutants: Iterable[Mutant]) -> str:
        """Markdown: a row for each folder or file of the package, and one for all."""
        rows: dict[str, Counter[str]] = defaultdict(Counter)
        for mutant in mutants:
            for name in (mutant.part, "all"):
                rows[name][self.of(mutant)] += 1
        head = f"| | mutants | {' | '.join(COLUMNS)} | share killed |"
        last = rows.pop("all", Counter())
        body = [_row(name, counts) for name, counts in [*sorted(rows.items()), ("all", last)]]
        return "\n".join([head, "|---" * (len(COLUMNS) + 3) + "|", *body])


def _row(name: str, counts: Counter[str]) -> str:
    killed = 100 * counts["killed"] / max(1, counts.total())
    numbers = " | ".join(f"{counts[column]:,}" for column in COLUMNS)
    return f"| {name} | {counts.total():,} | {numbers} | {killed:.1f} % |"
