"""A loss curve as an SVG image: one file, no script, no font of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.sax import saxutils

from reconciler.report.chart import HEIGHT, WIDTH, Dot, Line, chart
from reconciler.report.escape import LONGEST_VALUE, escape, shorten

if TYPE_CHECKING:
    from reconciler.data.metrics import Curve
    from reconciler.report.chart import Shape


def curve_svg(curve: Curve, title: str) -> str:
    """The image, the same for the same curve; "" when no series has a point."""
    shapes = chart(curve, title)
    if not shapes:
        return ""
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
        f'width="{WIDTH}" height="{HEIGHT}" font-family="sans-serif" font-size="12">',
        f"<title>{_text(title)}</title>",
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>',
    )
    return "\n".join([*head, *map(_drawn, shapes), "</svg>"]) + "\n"


def _drawn(shape: Shape) -> str:
    if isinstance(shape, Line):
        places = " ".join(f"{x:.1f},{y:.1f}" for x, y in shape.places)
        stroke = f'stroke="{shape.colour}" stroke-width="{shape.width}"'
        return f'<polyline points="{places}" fill="none" {stroke}/>'
    x, y = shape.place
    if isinstance(shape, Dot):
        return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{shape.colour}"/>'
    where = f'x="{x:.1f}" y="{y:.1f}" text-anchor="{shape.anchor}"'
    style = f'fill="{shape.colour}" font-size="{shape.size}"'
    return f"<text {where} {style}>{_text(shape.text)}</text>"


def _text(text: str) -> str:
    return saxutils.escape(shorten(escape(text[: LONGEST_VALUE + 1])))
