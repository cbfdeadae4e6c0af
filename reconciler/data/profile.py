"""Sees every row of a file once and counts: forms, roles, tokens, rows that stand twice."""

from __future__ import annotations

from array import array
from collections import Counter
from dataclasses import dataclass, field
from itertools import chain
from typing import TYPE_CHECKING, Any

from reconciler.data.facts import Bar, Found, Spread, Tokens
from reconciler.data.forms import TRAITS, form_of, role_of
from reconciler.data.framing import count_rows, frame_of
from reconciler.manifest.row_hash import row_hashes
from reconciler.manifest.row_summary import BYTES_PER_TOKEN
from reconciler.manifest.row_tokens import NOTHING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from reconciler.data.tokenizer import TokenCounter
    from reconciler.manifest.row_blocks import Rows
    from reconciler.manifest.row_tokens import Guess

REMEMBERED = 1_000_000  # rows by their hash, some 100 MB
FIRST = 10  # row numbers told of each finding
_BATCH = 512  # rows given to a tokenizer at a time


@dataclass(slots=True)
class Tally:
    """A Found in the making."""

    count: int = 0
    first: list[int] = field(default_factory=list)

    def add(self, row: int) -> None:
        self.count += 1
        if len(self.first) < FIRST:
            self.first.append(row)

    @property
    def found(self) -> Found:
        return Found(self.count, tuple(self.first))


class Profile:
    """``limits`` are context lengths in tokens, ``others`` hashes of the rows of other datasets by
    a name; the rows over the one and in the other are told apart."""

    def __init__(
        self,
        limits: Iterable[int] = (),
        others: Mapping[str, set[int]] | None = None,
        counter: TokenCounter | None = None,
    ) -> None:
        self.duplicates = Tally()
        self.over = {limit: Tally() for limit in limits}
        self.shared = {name: Tally() for name in others or {}}
        self._others = dict(others or {})
        self._counter = counter
        self._least = min(self.over, default=0)
        self._seen: set[int] = set()
        self.forms: Counter[str] = Counter()  # rows by what they are, and by what they hold
        self.roles: Counter[str] = Counter()  # messages by their role
        self._lengths: Counter[int] = Counter()  # rows by how many messages they have
        self._tokens = array("q")  # of each row
        self._framed = 0  # tokens in a chat template
        self._frame = frame_of(counter) if counter else None
        self._waiting: list[tuple[int, dict[str, Any]]] = []

    @property
    def compared(self) -> int:
        return len(self._seen)

    def see(self, rows: Rows) -> None:
        """The next rows."""
        self._compare(rows.first, row_hashes(rows))
        self._look(rows)
        if self._counter is None:
            self._count(rows.first, [size // BYTES_PER_TOKEN for size in rows.sizes])
            return
        for numbered in enumerate(rows.objects, rows.first):
            self._waiting.append(numbered)
            if len(self._waiting) == _BATCH:
                self._ask()

    def _look(self, rows: Rows) -> None:
        """Where columns are known, nobody asks each message."""
        columns = rows.columns
        if columns:
            talks: Sequence[list[Any]] = columns.talks
            self.forms[columns.form] += len(talks)
            self.roles.update(columns.roles)
        else:
            told = list(map(form_of, rows.objects))
            talks = [messages for _, messages in told]
            self.forms.update(form for form, _ in told)
            self.roles.update(map(role_of, chain.from_iterable(talks)))
        self._lengths.update(map(len, talks))
        for name, trait in TRAITS.items():
            if not columns or trait.key in columns.keys or trait.field in columns.fields:
                held = trait.rows(rows.objects, talks)
                self.forms.update({name: held} if held else {})

    def _compare(self, first: int, keys: list[int]) -> None:
        if len(set(keys)) < len(keys) or not self._seen.isdisjoint(keys):
            for number, key in enumerate(keys, first):
                if key in self._seen:
                    self.duplicates.add(number)
                elif len(self._seen) < REMEMBERED:
                    self._seen.add(key)
        else:
            self._seen.update(keys[: max(REMEMBERED - len(self._seen), 0)])
        for name, others in self._others.items():
            for number, key in enumerate(keys, first):
                if key in others:
                    self.shared[name].add(number)

    def _count(self, first: int, counts: list[int]) -> None:
        """The tokens of rows that follow each other."""
        self._tokens.extend(counts)
        if not self._least or max(counts) <= self._least:
            return
        for number, tokens in enumerate(counts, first):
            for limit, tally in self.over.items():
                if tokens > limit:
                    tally.add(number)

    def _ask(self) -> None:
        """All texts of the waiting rows at once: the library shares them among processors."""
        if self._counter is None or self._frame is None:
            return
        counts = count_rows([row for _, row in self._waiting], self._counter, self._frame)
        for (number, _), found in zip(self._waiting, counts, strict=True):
            self._count(number, [found.texts])
            self._framed += found.framed
        self._waiting.clear()

    def messages(self) -> Spread:
        """Of those rows that have any."""
        return _spread(sorted(length for length in self._lengths.elements() if length))

    def tokens(self, guess: Guess = NOTHING) -> Tokens:
        """All rows seen; call it when there are no more. ``guess`` is what their bytes tell."""
        self._ask()
        counts, total = sorted(self._tokens), sum(self._tokens)
        by = self._counter.name if self._counter else ""
        low, high = (total, self._framed) if by else (int(guess.low), int(guess.high))
        return Tokens(total, low, high, by, _spread(counts), _histogram(counts))


def _spread(ordered: list[int]) -> Spread:
    return Spread(ordered[0], ordered[len(ordered) // 2], ordered[-1]) if ordered else Spread()


def _histogram(counts: list[int]) -> tuple[Bar, ...]:
    """A bar for each doubling, none left out between the first and the last."""
    rows = Counter(count.bit_length() for count in counts)
    if not rows:
        return ()
    doublings = range(min(rows), max(rows) + 1)
    return tuple(Bar(1 << n >> 1, max((1 << n) - 1, 0), rows[n]) for n in doublings)
