"""Rows that stand in a file twice, byte for byte, among the first hundred thousand."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_REMEMBERED = 100_000  # rows that a later one is compared with
_ENDS = b"\r\n"


class Repeats:
    """``repeated`` counts the rows that ``earlier`` found again."""

    def __init__(self) -> None:
        self._seen: dict[int, int] = {}
        self.repeated = 0

    def all_new(self, first: int, text: bytes, lines: Sequence[bytes]) -> bool:
        """Whether no row of these, numbered from ``first``, was there before: then they are
        remembered, else ``earlier`` tells of each. ``text`` is all the lines."""
        alike = b"\r" not in text and text.endswith(b"\n")
        keys = list(map(hash if alike else _key, lines))
        if len(set(keys)) < len(keys) or not self._seen.keys().isdisjoint(keys):
            return False
        room = max(_REMEMBERED - len(self._seen), 0)
        self._seen.update(zip(keys[:room], count(first), strict=False))
        return True

    def earlier(self, number: int, line: bytes) -> int:
        """The row that was the same; 0 when none was, and then this one is remembered."""
        key = _key(line)
        found = self._seen.get(key, 0)
        if found:
            self.repeated += 1
        elif len(self._seen) < _REMEMBERED:
            self._seen[key] = number
        return found


def _key(line: bytes) -> int:
    """Of a row as it is on nearly all lines: with one line feed at its end."""
    return hash(line.rstrip(_ENDS) + b"\n")
