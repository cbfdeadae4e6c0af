"""A loss curve as what is to be drawn: lines, dots and words at places, in no image format."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from reconciler.data.metrics import Curve, Series

WIDTH, HEIGHT = 800, 420
LEFT, RIGHT, TOP, BOTTOM = 70, 20, 40, 50  # margins in pixels
TICKS = 5
BLACK, GREY = "#000000", "#dddddd"
COLOURS = ("#0b6bcb", "#c2410c", "#15803d", "#7e22ce", "#a16207", "#be123c")
"""Each at least 4.5 to 1 against white."""

Place = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Line:
    places: tuple[Place, ...]
    colour: str
    width: int


@dataclass(frozen=True, slots=True)
class Dot:
    place: Place
    colour: str


@dataclass(frozen=True, slots=True)
class Words:
    """``anchor`` is the part of the text that stands at the place: start, middle or end."""

    text: str
    place: Place
    anchor: str = "start"
    colour: str = BLACK
    size: int = 12


Shape = Line | Dot | Words


def chart(curve: Curve, title: str) -> tuple[Shape, ...]:
    """The same for the same curve, in the order in which it is drawn; empty when no series has a
    point."""
    points = [point for series in curve.series for point in series.points]
    if not points:
        return ()
    scale = _Scale(points)
    shapes: list[Shape] = [Words(title, (LEFT, 22), size=14), *_grid(scale, curve.x)]
    for number, series in enumerate(curve.series):
        shapes += _series(series, scale, COLOURS[number % len(COLOURS)], number)
    return tuple(shapes)


class _Scale:
    """Values to pixels; a range of no width is widened, so that its one value is in the middle."""

    def __init__(self, points: Sequence[Place]) -> None:
        self.x = _range([x for x, _ in points])
        self.y = _range([y for _, y in points])

    def across(self, x: float) -> float:
        low, high = self.x
        return LEFT + (x - low) / (high - low) * (WIDTH - LEFT - RIGHT)

    def down(self, y: float) -> float:
        low, high = self.y
        return HEIGHT - BOTTOM - (y - low) / (high - low) * (HEIGHT - TOP - BOTTOM)


def _range(values: Sequence[float]) -> tuple[float, float]:
    low, high = min(values), max(values)
    if high > low:
        return low, high
    half = abs(low) / 2 or 0.5
    return low - half, low + half


def _grid(scale: _Scale, x_name: str) -> Iterator[Shape]:
    right, bottom = WIDTH - RIGHT, HEIGHT - BOTTOM
    for tick in range(TICKS + 1):
        y = scale.y[0] + (scale.y[1] - scale.y[0]) * tick / TICKS
        x = scale.x[0] + (scale.x[1] - scale.x[0]) * tick / TICKS
        down, across = scale.down(y), scale.across(x)
        yield Line(((LEFT, down), (right, down)), GREY, 1)
        yield Words(f"{y:.4g}", (LEFT - 8, down + 4), "end")
        yield Words(f"{x:.5g}", (across, bottom + 18), "middle")
    yield Words(x_name, ((LEFT + right) / 2, HEIGHT - 10), "middle")


def _series(series: Series, scale: _Scale, colour: str, number: int) -> Iterator[Shape]:
    places = tuple((scale.across(x), scale.down(y)) for x, y in series.points)
    if len(places) == 1:
        yield Dot(places[0], colour)
    elif places:
        yield Line(places, colour, 2)
    place = (WIDTH - RIGHT - 8, TOP + 16 + 18 * number)
    yield Words(series.name, place, "end", colour)
