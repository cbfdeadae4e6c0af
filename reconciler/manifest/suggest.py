"""Did you mean: the one name that is a typing error away from what was written."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_SHORT = 4  # names up to this length: two edits would turn any into any other


def did_you_mean(written: str, names: Iterable[str]) -> str | None:
    """A hint naming the nearest of ``names``: other case, snake_case, else at most two edits."""
    known = sorted(names)
    alike = [n for n in known if _letters(n) == _letters(written)]
    if alike:
        return f"did you mean {alike[0]}?"
    near = [(distance(written, n), n) for n in known if abs(len(n) - len(written)) <= 2]
    best = min(near, default=None)
    limit = 2 if len(written) > _SHORT else 1
    return f"did you mean {best[1]}?" if best and best[0] <= limit else None


def _letters(text: str) -> str:
    return re.sub(r"[_-]+", "", text).lower()


def distance(left: str, right: str) -> int:
    """Edits between two words: insert, delete, replace, swap neighbours (optimal alignment)."""
    rows = [list(range(len(right) + 1))]
    for i, a in enumerate(left, 1):
        row = [i]
        for j, b in enumerate(right, 1):
            best = min(rows[i - 1][j] + 1, row[j - 1] + 1, rows[i - 1][j - 1] + (a != b))
            if i > 1 and j > 1 and a == right[j - 2] and b == left[i - 2]:
                best = min(best, rows[i - 2][j - 2] + 1)
            row.append(best)
        rows.append(row)
    return rows[-1][-1]
