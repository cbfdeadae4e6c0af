"""A loss curve as a PNG image, drawn by Pillow where that is installed: an extra of its own."""

from __future__ import annotations

import io
from importlib.util import find_spec
from typing import TYPE_CHECKING

from reconciler.errors import UsageError
from reconciler.report.chart import HEIGHT, WIDTH, Dot, Line, chart
from reconciler.report.escape import escape, shorten

if TYPE_CHECKING:
    from collections.abc import Callable

    from PIL.ImageDraw import ImageDraw

    from reconciler.data.metrics import Curve
    from reconciler.report.chart import Shape

FINE = 2  # pixels of the image for each of the chart: screens are finer than they were
ANCHORS = {"start": "ls", "middle": "ms", "end": "rs"}  # at the baseline


def require_pillow(find: Callable[[str], object] = find_spec) -> None:
    """Raises UsageError that names the extra: before anything is read for an image."""
    if find("PIL") is None:
        hint = "pip install 'fireworks-reconciler[png]', or write an .svg image"
        raise UsageError("a PNG image needs the library Pillow", hint)


def curve_png(curve: Curve, title: str) -> bytes:
    """The image, the same for the same curve; b"" when no series has a point."""
    from PIL import Image, ImageDraw

    shapes = chart(curve, title)
    if not shapes:
        return b""
    image = Image.new("RGB", (WIDTH * FINE, HEIGHT * FINE), "#ffffff")
    canvas = ImageDraw.Draw(image)
    for shape in shapes:
        _draw(canvas, shape)
    written = io.BytesIO()
    image.save(written, "PNG", optimize=True)
    return written.getvalue()


def _draw(canvas: ImageDraw, shape: Shape) -> None:
    from PIL import ImageFont

    if isinstance(shape, Line):
        places = [(x * FINE, y * FINE) for x, y in shape.places]
        canvas.line(places, shape.colour, shape.width * FINE, joint="curve")
        return
    place = (shape.place[0] * FINE, shape.place[1] * FINE)
    if isinstance(shape, Dot):
        canvas.circle(place, 3 * FINE, shape.colour)
        return
    font = ImageFont.load_default(shape.size * FINE)  # its own: the same on every machine
    text = shorten(escape(shape.text))
    canvas.text(place, text, shape.colour, font, ANCHORS[shape.anchor])
