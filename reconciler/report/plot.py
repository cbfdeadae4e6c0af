"""Small plots of characters: bars for counts, a curve for a series."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reconciler.report.style import Style

EIGHTHS = " ▏▎▍▌▋▊▉█"
MARKS = "●○◆◇▲△"
ASCII_MARKS = "*o+x#@"

Point = tuple[float, float]


def bars(rows: Sequence[tuple[str, int]], width: int, style: Style) -> list[str]:
    """``label  ████ count``: a line for each, the longest bar ``width`` columns wide; whatever is
    not zero can be seen."""
    most = max((count for _, count in rows), default=0)
    wide = max((len(label) for label, _ in rows), default=0)
    counts = max((len(f"{count:,}") for _, count in rows), default=0)
    return [
        f"{label:>{wide}}  {_bar(count, most, width, style)}  {count:>{counts},}".rstrip()
        for label, count in rows
    ]


def _bar(count: int, most: int, width: int, style: Style) -> str:
    if not style.unicode:
        filled = -(-count * width // most) if most else 0
        return f"{'#' * filled:<{width}}"
    eighths = -(-count * width * 8 // most) if most else 0
    bar = EIGHTHS[8] * (eighths // 8) + (EIGHTHS[eighths % 8] if eighths % 8 else "")
    return f"{bar:<{width}}"


def curve(series: Sequence[Sequence[Point]], size: tuple[int, int], style: Style) -> list[str]:
    """Points of several series in one frame of ``size`` columns and rows, axes labelled; a mark of
    its own for each series, the first one on top. Empty when there is no point."""
    points = [point for one in series for point in one]
    if not points:
        return []
    columns, rows = size
    box = _box(points)
    grid = [[" "] * columns for _ in range(rows)]
    marks = MARKS if style.unicode else ASCII_MARKS
    for number, one in reversed(list(enumerate(series))):
        for point in one:
            column, row = _place(point, box, columns, rows)
            grid[row][column] = marks[number % len(marks)]
    return _framed(grid, box, style)


def mark(number: int, style: Style) -> str:
    """The mark of the series with this number, for a legend."""
    marks = MARKS if style.unicode else ASCII_MARKS
    return marks[number % len(marks)]


def _box(points: Sequence[Point]) -> tuple[Point, Point]:
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return (min(xs), max(xs)), (min(ys), max(ys))


def _place(point: Point, box: tuple[Point, Point], columns: int, rows: int) -> tuple[int, int]:
    (left, right), (bottom, top) = box
    across = (point[0] - left) / (right - left) if right > left else 0.0
    up = (point[1] - bottom) / (top - bottom) if top > bottom else 0.5
    return round(across * (columns - 1)), round((1 - up) * (rows - 1))


def _framed(grid: list[list[str]], box: tuple[Point, Point], style: Style) -> list[str]:
    (left, right), (bottom, top) = box
    labels = {0: f"{top:.4g}", len(grid) - 1: f"{bottom:.4g}"}
    wide = max(map(len, labels.values()))
    side, corner, line = ("│", "└", "─") if style.unicode else ("|", "+", "-")
    lines = [
        f"{labels.get(number, ''):>{wide}} {side}{''.join(row)}".rstrip()
        for number, row in enumerate(grid)
    ]
    columns = len(grid[0])
    first, last = f"{left:.6g}", f"{right:.6g}"
    below = f"{first}{last:>{max(len(last) + 1, columns - len(first))}}"
    return [*lines, f"{'':>{wide}} {corner}{line * columns}", f"{'':>{wide}}  {below}"]
