"""What jobs need to know of a dataset's rows, small enough to keep: keys, sizes, what trains."""

from __future__ import annotations

from dataclasses import dataclass
from heapq import heappush, heapreplace
from itertools import compress
from typing import TYPE_CHECKING, Any

from reconciler.manifest.row_tokens import NOTHING, Guess, Reading, of_rows

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from reconciler.manifest.row_blocks import Rows

BYTES_PER_TOKEN = 4
"""Of a row's JSON, in the middle between prose in English and other scripts or code."""

LONGEST = 100  # rows kept by their size
KEY_SETS = 64  # different sets of keys kept; rows for rewards may each have their own
_ORDERS = 1024  # the same keys in other orders


@dataclass(frozen=True, slots=True)
class RowSummary:
    """``keys``: each set of top-level keys, sorted, with the first row that has it, at most
    ``KEY_SETS`` of them. ``longest``: (bytes, row) of the longest rows, longest first, at most
    ``LONGEST``. ``untrained``: how many rows of chat have no assistant message that is trained on,
    ``first_untrained`` the first of them. ``tokens``: what training makes of all rows, guessed.
    Rows count from 1, 0 is none."""

    keys: tuple[tuple[tuple[str, ...], int], ...] = ()
    longest: tuple[tuple[int, int], ...] = ()
    untrained: int = 0
    first_untrained: int = 0
    tokens: Guess = NOTHING

    def lacking(self, key: str) -> int:
        """The first row without ``key`` at its top; 0 when every row that is known has it."""
        return min((row for keys, row in self.keys if key not in keys), default=0)

    def longer_than(self, tokens: int) -> tuple[tuple[int, int], ...]:
        """(guessed tokens, row) of the rows that are longer, longest first, at most ``LONGEST``."""
        guessed = ((size // BYTES_PER_TOKEN, row) for size, row in self.longest)
        return tuple(pair for pair in guessed if pair[0] > tokens)

    def document(self) -> dict[str, Any]:
        """As JSON; ``from_document`` reads it."""
        return {
            "keys": [[list(keys), row] for keys, row in self.keys],
            "longest": [list(pair) for pair in self.longest],
            "untrained": [self.untrained, self.first_untrained],
            "tokens": [self.tokens.low, self.tokens.high],
        }

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> RowSummary | None:
        """None for what is no such document."""
        try:
            keys = tuple((tuple(map(str, names)), int(row)) for names, row in document["keys"])
            longest = tuple((int(size), int(row)) for size, row in document["longest"])
            untrained, first = map(int, document["untrained"])
            low, high = map(float, document["tokens"])
        except (KeyError, TypeError, ValueError):
            return None
        return cls(keys, longest, untrained, first, Guess(low, high))


class Summing:
    """Shown the rows of a file, some at a time; ``summary`` says what it has seen."""

    def __init__(self) -> None:
        self._first: dict[tuple[str, ...], int] = {}
        self._longest: list[tuple[int, int]] = []
        self._short = -1  # rows up to this size are none of the longest
        self._untrained = 0
        self._first_untrained = 0
        self._read = Reading()

    def see(self, rows: Rows) -> None:
        if not self._first.keys() >= set(map(tuple, rows.objects)):
            self._meet(rows)
        if max(rows.sizes) > self._short:
            numbered = enumerate(rows.sizes, rows.first)
            longer = map(self._short.__lt__, rows.sizes)
            for number, size in compress(numbered, longer):
                self._keep(size, number)
        self._look_what_trains(rows)
        self._read += of_rows(rows)

    def _meet(self, rows: Rows) -> None:
        for number, keys in enumerate(map(tuple, rows.objects), rows.first):
            if len(self._first) < _ORDERS:
                self._first.setdefault(keys, number)

    def _look_what_trains(self, rows: Rows) -> None:
        untrained = _untrained(rows)
        if untrained:
            self._untrained += len(untrained)
            self._first_untrained = self._first_untrained or untrained[0]

    def _keep(self, size: int, number: int) -> None:
        """Of rows of one size the earlier stays: its negative number is the larger one."""
        if len(self._longest) < LONGEST:
            heappush(self._longest, (size, -number))
        elif size > self._longest[0][0]:
            heapreplace(self._longest, (size, -number))
        if len(self._longest) == LONGEST:
            self._short = self._longest[0][0]

    def summary(self) -> RowSummary:
        sets: dict[tuple[str, ...], int] = {}
        for keys, row in self._first.items():
            sets.setdefault(tuple(sorted(keys)), row)
        longest = sorted(self._longest, reverse=True)
        return RowSummary(
            tuple(list(sets.items())[:KEY_SETS]),
            tuple((size, -number) for size, number in longest),
            self._untrained,
            self._first_untrained,
            self._read.tokens,
        )


def _untrained(rows: Rows) -> Sequence[int]:
    """The numbers of the chats without an answer that is trained on."""
    columns, numbers = rows.columns, range(rows.first, rows.first + len(rows.objects))
    if columns and columns.trained:
        return ()
    if columns and "assistant" not in columns.roles:
        return numbers
    asked = zip(numbers, rows.objects, strict=True)
    return [number for number, row in asked if not is_trained(row.get("messages"))]


def is_trained(messages: Any) -> bool:
    """Whether a chat has an assistant message whose weight is not 0 (fine-tuning docs)."""
    if not isinstance(messages, list) or not messages:
        return True  # another check tells what is wrong with it
    last = messages[-1]  # nearly always the one
    if type(last) is dict and last.get("role") == "assistant" and "weight" not in last:
        return True
    return any(
        isinstance(message, dict)
        and message.get("role") == "assistant"
        and message.get("weight", 1) != 0
        for message in messages
    )
