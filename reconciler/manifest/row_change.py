"""Which rows a file gained and lost against an older version of it, whatever their order."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import islice, zip_longest
from typing import TYPE_CHECKING

from reconciler.manifest.row_hash import row_hash
from reconciler.manifest.secrets import without_secrets

if TYPE_CHECKING:
    from collections.abc import Iterable

NEW, OLD = SIDES = (1, -1)
FIRST = 3  # row numbers told of each side
LONGEST = 600  # characters shown of a row
LOOKED_AT = 16 * LONGEST  # bytes of a row that are looked at for that
MOST_APART = 1_000_000
"""Rows of either side that wait for their like, some 200 MB: beyond that nothing is counted."""


@dataclass(frozen=True, slots=True)
class Rows:
    """How many, and the numbers (from 1) of the first of them in their own version; ``texts`` are
    how those begin, without what looks like a credential, where somebody has looked."""

    count: int = 0
    first: tuple[int, ...] = ()
    texts: tuple[str, ...] = field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class RowChange:
    """``added`` stand in the new version only, ``removed`` in the older one only; a changed row is
    both. ``since`` is the commit that has the older version."""

    added: Rows
    removed: Rows
    since: str = ""


def compare_rows(
    new: Iterable[bytes], old: Iterable[bytes], since: str = "", most_apart: int = MOST_APART
) -> RowChange | None:
    """The difference as multisets of rows; None when it is too large to be counted.

    Both are read side by side, so memory holds only what has not met its like yet.
    """
    apart = _Apart()
    for number, pair in enumerate(zip_longest(new, old), 1):
        for side, line in zip(SIDES, pair, strict=True):
            if line is not None and line.strip():
                apart.count(row_hash(line), number, side)
        if len(apart.ahead) > most_apart:
            return None
    return RowChange(apart.rows(NEW), apart.rows(OLD), since)


def with_texts(rows: Rows, version: Iterable[bytes]) -> Rows:
    """The same rows with their texts, read from their own version up to the last of them."""
    last = max(rows.first, default=0)
    lines = (line for number, line in enumerate(islice(version, last), 1) if number in rows.first)
    return replace(rows, texts=tuple(map(_shown, lines)))


def _shown(line: bytes) -> str:
    text = without_secrets(line[:LOOKED_AT].decode("utf-8", "replace").strip())
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


class _Apart:
    """Rows that have not met their like. ``ahead``: by hash, how many more the new version has had
    so far (fewer: negative); ``places``: where the first of them stands in its version."""

    def __init__(self) -> None:
        self.ahead: dict[int, int] = {}
        self.places: dict[int, int] = {}

    def count(self, key: int, number: int, side: int) -> None:
        ahead = self.ahead.get(key, 0) + side
        if ahead:
            self.ahead[key] = ahead
            self.places.setdefault(key, number)
        else:
            del self.ahead[key], self.places[key]

    def rows(self, side: int) -> Rows:
        keys = [key for key, ahead in self.ahead.items() if ahead * side > 0]
        first = sorted(self.places[key] for key in keys)[:FIRST]
        return Rows(sum(abs(self.ahead[key]) for key in keys), tuple(first))
