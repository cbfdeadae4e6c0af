"""A loss curve as an SVG image: one file, no script, no font of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.sax import saxutils

from reconciler.report.escape import LONGEST_VALUE, escape, shorten

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from reconciler.data.metrics import Curve, Series

WIDTH, HEIGHT = 800, 420
LEFT, RIGHT, TOP, BOTTOM = 70, 20, 40, 50  # margins in pixels
TICKS = 5
COLOURS = ("#0b6bcb", "#c2410c", "#15803d", "#7e22ce", "#a16207", "#be123c")
"""Each at least 4.5 to 1 against white."""


def curve_svg(curve: Curve, title: str) -> str:
    """The image, the same for the same curve; "" when no series has a point."""
    points = [point for series in curve.series for point in series.points]
    if not points:
        return ""
    scale = _Scale(points)
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
        f'width="{WIDTH}" height="{HEIGHT}" font-family="sans-serif" font-size="12">',
        f"<title>{_text(title)}</title>",
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>',
        f'<text x="{LEFT}" y="22" font-size="14">{_text(title)}</text>',
        *_grid(scale, curve.x),
    ]
    for number, series in enumerate(curve.series):
        lines += _series(series, scale, COLOURS[number % len(COLOURS)], number)
    return "\n".join([*lines, "</svg>"]) + "\n"


class _Scale:
    """Values to pixels; a range of no width is widened, so that its one value is in the middle."""

    def __init__(self, points: Sequence[tuple[float, float]]) -> None:
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


def _grid(scale: _Scale, x_name: str) -> Iterator[str]:
    right, bottom = WIDTH - RIGHT, HEIGHT - BOTTOM
    for tick in range(TICKS + 1):
        y = scale.y[0] + (scale.y[1] - scale.y[0]) * tick / TICKS
        x = scale.x[0] + (scale.x[1] - scale.x[0]) * tick / TICKS
        down, across = scale.down(y), scale.across(x)
        yield f'<path d="M{LEFT} {down:.1f}H{right}" stroke="#dddddd"/>'
        yield f'<text x="{LEFT - 8}" y="{down + 4:.1f}" text-anchor="end">{y:.4g}</text>'
        yield f'<text x="{across:.1f}" y="{bottom + 18}" text-anchor="middle">{x:.5g}</text>'
    middle = (LEFT + right) / 2
    yield f'<text x="{middle}" y="{HEIGHT - 10}" text-anchor="middle">{_text(x_name)}</text>'


def _series(series: Series, scale: _Scale, colour: str, number: int) -> Iterator[str]:
    places = [f"{scale.across(x):.1f},{scale.down(y):.1f}" for x, y in series.points]
    if len(places) == 1:
        across, _, down = places[0].partition(",")
        yield f'<circle cx="{across}" cy="{down}" r="3" fill="{colour}"/>'
    elif places:
        path = " ".join(places)
        yield f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>'
    y = TOP + 16 + 18 * number
    right = WIDTH - RIGHT - 8
    yield f'<text x="{right}" y="{y}" text-anchor="end" fill="{colour}">{_text(series.name)}</text>'


def _text(text: str) -> str:
    return saxutils.escape(shorten(escape(text[: LONGEST_VALUE + 1])))
