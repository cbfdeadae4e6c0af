"""Which rows a file gained and lost against an older version of it, whatever their order."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import islice, zip_longest
from typing import TYPE_CHECKING

from reconciler.manifest.row_hash import row_hash
from reconciler.manifest.secrets import without_secrets

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

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
    """``added`` stand in the new version only, ``removed`` in the older one only. ``changed`` are
    rows of the new version between the same rows as others were in the older one, ``before``:
    as many. ``since`` is the commit that has the older version."""

    added: Rows
    removed: Rows
    since: str = ""
    changed: Rows = Rows()
    before: Rows = Rows()

    @property
    def any(self) -> bool:
        return bool(self.added.count or self.removed.count or self.changed.count)


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
    return apart.change(since)


def with_texts(sides: Sequence[Rows], version: Iterable[bytes]) -> list[Rows]:
    """The same rows with their texts, read from their own version up to the last of them."""
    wanted = {number for side in sides for number in side.first}
    lines = enumerate(islice(version, max(wanted, default=0)), 1)
    texts = {number: _shown(line) for number, line in lines if number in wanted}
    return [
        replace(side, texts=tuple(texts[number] for number in side.first if number in texts))
        for side in sides
    ]


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

    def change(self, since: str) -> RowChange:
        new, old = self._places(NEW), self._places(OLD)
        pairs = list(_in_one_place(new, old))
        changed, before = ({pair[side] for pair in pairs} for side in (0, 1))
        return RowChange(
            self._rows(NEW, [number for number in new if number not in changed], len(pairs)),
            self._rows(OLD, [number for number in old if number not in before], len(pairs)),
            since,
            Rows(len(pairs), tuple(number for number, _ in pairs[:FIRST])),
            Rows(len(pairs), tuple(number for _, number in pairs[:FIRST])),
        )

    def _places(self, side: int) -> list[int]:
        return sorted(self.places[key] for key, ahead in self.ahead.items() if ahead * side > 0)

    def _rows(self, side: int, places: list[int], fewer: int) -> Rows:
        apart = sum(ahead * side for ahead in self.ahead.values() if ahead * side > 0)
        return Rows(apart - fewer, tuple(places[:FIRST]))


def _in_one_place(new: Sequence[int], old: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Rows of either version that follow as many rows of both: one took the place of the other."""
    at_new = at_old = 0
    while at_new < len(new) and at_old < len(old):
        after, before = new[at_new] - at_new, old[at_old] - at_old
        if after == before:
            yield new[at_new], old[at_old]
        at_new += after <= before
        at_old += before <= after
