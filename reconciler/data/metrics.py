"""A job's metrics file as a loss curve. Its format is documented nowhere: JSON lines and CSV are
read, whatever their columns are called, and what was found is told."""

from __future__ import annotations

import csv
import io
import json
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from reconciler.errors import ContentError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

LARGEST = 64 * 1024 * 1024  # bytes; a loss curve is some kilobytes
STEPS = ("step", "global_step", "_step", "train_step", "iteration", "iter", "epoch")
"""Names of what a curve runs along, the finest first; without any of them: the row's number."""
ROW = "row"
LOSS = "loss"
_DEPTH = 3  # of objects in objects


@dataclass(frozen=True, slots=True)
class Series:
    """One column: (x, value) in the order of the file, finite values only."""

    name: str
    points: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Curve:
    """``x`` is the column along which the series run. ``columns`` are all columns with numbers;
    ``dropped`` values were no finite numbers."""

    x: str
    series: tuple[Series, ...]
    columns: tuple[str, ...]
    dropped: int = 0


def read_curve(content: bytes) -> Curve:
    """Raises ContentError: not text, neither JSON lines nor CSV, no column with a loss."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ContentError("the metrics file is not UTF-8 text") from None
    rows = _json_rows(text) if text.lstrip()[:1] in ("{", "[") else _csv_rows(text)
    if not rows:
        raise ContentError("the metrics file is empty")
    columns = tuple(dict.fromkeys(name for row in rows for name in row))
    losses = [name for name in columns if LOSS in name.lower()]
    if not losses:
        named = ", ".join(columns)[:200] or "none with numbers"
        raise ContentError(f"the metrics file has no column with a loss; its columns: {named}")
    x = next((c for step in STEPS for c in columns if _last(c) == step), ROW)
    series = tuple(Series(name, tuple(_points(rows, x, name))) for name in losses)
    values = [row[name] for row in rows for name in losses if name in row]
    dropped = sum(not math.isfinite(value) for value in values)
    return Curve(x, series, columns, dropped)


def _last(column: str) -> str:
    return column.lower().rpartition(".")[2].rpartition("/")[2]


def _points(
    rows: Sequence[Mapping[str, float]], x: str, name: str
) -> Iterator[tuple[float, float]]:
    for number, row in enumerate(rows, 1):
        at = float(number) if x == ROW else row.get(x, math.nan)
        value = row.get(name, math.nan)
        if math.isfinite(at) and math.isfinite(value):
            yield at, value


def _json_rows(text: str) -> list[dict[str, float]]:
    rows = []
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except (ValueError, RecursionError):
            raise ContentError(f"line {number} of the metrics file is not JSON") from None
        if not isinstance(row, dict):
            raise ContentError(f"line {number} of the metrics file is not a JSON object")
        rows.append(dict(_numbers(row, "", _DEPTH)))
    return rows


def _numbers(row: Mapping[str, Any], prefix: str, depth: int) -> Iterator[tuple[str, float]]:
    for name, value in row.items():
        if isinstance(value, dict) and depth:
            yield from _numbers(value, f"{prefix}{name}.", depth - 1)
        elif (number := _number(value)) is not None:
            yield prefix + name, number


def _number(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        return float(value)
    except OverflowError:
        return math.inf


def _csv_rows(text: str) -> list[dict[str, float]]:
    try:
        reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
        return [
            {name: value for name, cell in row.items() if (value := _cell(name, cell)) is not None}
            for row in reader
        ]
    except csv.Error as error:
        raise ContentError(f"the metrics file is neither JSON lines nor CSV: {error}") from None


def _cell(name: Any, cell: Any) -> float | None:
    """The number in a cell; None for an empty one, for text, and beyond the last column."""
    if not isinstance(name, str) or not isinstance(cell, str):
        return None
    try:
        return float(cell)
    except ValueError:
        return None
