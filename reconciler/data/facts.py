"""What was found in the rows of a dataset, as values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reconciler.diagnostic import Diagnostic
    from reconciler.ref import ResourceRef


@dataclass(frozen=True, slots=True)
class Found:
    """How many rows, and the numbers of the first of them (from 1)."""

    count: int = 0
    first: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Spread:
    """Fewest, middle and most of something that each row has."""

    least: int = 0
    median: int = 0
    most: int = 0


@dataclass(frozen=True, slots=True)
class Bar:
    """``rows`` have from ``low`` to ``high`` tokens, both included."""

    low: int
    high: int
    rows: int


@dataclass(frozen=True, slots=True)
class Tokens:
    """``counted_by`` is the tokenizer's file; "" means guessed from bytes, and ``low`` and
    ``high`` are then the band that all rows lie in. Counted, ``low`` is ``total``, which leaves out
    what a chat template adds, and ``high`` has it."""

    total: int
    low: int
    high: int
    counted_by: str
    a_row: Spread
    histogram: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class LongRows:
    """Rows over the context length of a job that reads them: it cuts them."""

    job: ResourceRef
    field: str
    limit: int
    rows: Found


@dataclass(frozen=True, slots=True)
class Overlap:
    """Rows that stand in ``other`` too, though ``job`` trains on one and evaluates on the other."""

    job: ResourceRef
    other: ResourceRef
    rows: Found


@dataclass(frozen=True, slots=True)
class DataFacts:
    """``forms`` counts rows by what they are (``chat``, ``preference``, ...) and hold (``tools``,
    ``reasoning``, ``images``), ``roles`` messages by their role. ``compared`` rows were remembered
    to find later ones the same. ``secrets`` are rows by what they seem to hold, never the text.
    ``notes`` say what could not be looked at."""

    ref: ResourceRef
    path: str
    format: str
    bytes: int
    rows: int
    forms: Mapping[str, int]
    roles: Mapping[str, int]
    messages: Spread
    tokens: Tokens
    duplicates: Found
    compared: int
    secrets: Mapping[str, Found]
    long_rows: tuple[LongRows, ...] = ()
    overlaps: tuple[Overlap, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()
    notes: tuple[str, ...] = ()
