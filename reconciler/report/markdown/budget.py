"""Fits a text into a number of bytes: the least dangerous parts go first, and that is said."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


@dataclass(frozen=True, slots=True)
class Piece:
    """Lines that stay or go together. ``what`` counts them in words when they go ("field diff");
    the greater ``danger`` is, the longer they stay."""

    lines: tuple[str, ...]
    danger: int
    what: str

    @property
    def size(self) -> int:
        return _size(self.lines)


@dataclass(frozen=True, slots=True)
class Section:
    """``head`` and ``foot`` stand around the pieces, and nowhere when no piece is left; a section
    that is ``always`` there stays without any."""

    head: tuple[str, ...] = ()
    pieces: tuple[Piece, ...] = ()
    foot: tuple[str, ...] = ()
    always: bool = False

    @property
    def frame(self) -> int:
        return _size((*self.head, *self.foot))

    def lines(self) -> Iterator[str]:
        if self.pieces or self.always:
            yield from self.head
            for piece in self.pieces:
                yield from piece.lines
            yield from self.foot


def fixed(*lines: str) -> Section:
    """What is never left out; its length must have a bound of its own."""
    return Section(lines, always=True)


def fit(sections: Sequence[Section], budget: int) -> tuple[tuple[Section, ...], Counter[str]]:
    """The sections with the pieces that fit into ``budget`` bytes of UTF-8, and how many of what
    were left out. Once a piece does not fit, no less dangerous one is kept in its stead."""
    left = budget - sum(section.frame for section in sections if section.always)
    ranked = sorted(
        ((piece, place) for place, section in enumerate(sections) for piece in section.pieces),
        key=lambda each: -each[0].danger,
    )
    opened = {place for place, section in enumerate(sections) if section.always}
    kept: set[int] = set()
    for piece, place in ranked:
        left -= piece.size + (0 if place in opened else sections[place].frame)
        if left < 0:
            break
        opened.add(place)
        kept.add(id(piece))
    dropped = Counter(piece.what for piece, _ in ranked if id(piece) not in kept)
    fitted = tuple(
        replace(section, pieces=tuple(p for p in section.pieces if id(p) in kept))
        for section in sections
    )
    return fitted, dropped


def _size(lines: Sequence[str]) -> int:
    """Bytes with the line ends."""
    return sum(len(line.encode()) + 1 for line in lines)
