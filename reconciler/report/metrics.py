"""A job's loss curve for a terminal, and its points for machines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.canonical import document_text
from reconciler.plan.sizes import counted
from reconciler.report.escape import escape, shorten
from reconciler.report.plot import curve as plot
from reconciler.report.plot import mark

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reconciler.data.metrics import Curve, Series
    from reconciler.report.style import Style

ROWS, WIDEST = 15, 100
MARGIN = 16  # columns for what stands in front of the frame


def render_curve(curve: Curve, title: str, style: Style) -> str:
    """The curve with its legend, ending with a newline."""
    size = (min(style.width, WIDEST) - MARGIN, ROWS)
    points = max(len(series.points) for series in curve.series)
    lines = [f"{style.bold(escape(title))} · {counted(points, 'point')} by {escape(curve.x)}", ""]
    lines += plot([series.points for series in curve.series], size, style)
    lines += ["", *(_legend(n, series, curve.x, style) for n, series in enumerate(curve.series))]
    return style.plain("\n".join([*lines, *_notes(curve)]) + "\n")


def _legend(number: int, series: Series, x: str, style: Style) -> str:
    name = f"{mark(number, style)} {escape(shorten(series.name, 40))}"
    if not series.points:
        return f"{name}: no finite value"
    at, lowest = min(series.points, key=lambda point: point[1])
    last = series.points[-1][1]
    return f"{name}: last {last:.4g}, lowest {lowest:.4g} at {escape(x)} {at:g}"


def _notes(curve: Curve) -> Iterator[str]:
    columns = ", ".join(escape(shorten(name, 40)) for name in curve.columns)
    yield f"columns of the file: {columns}"
    if curve.dropped:
        yield f"{counted(curve.dropped, 'value')} left out: not finite"


def curve_json(curve: Curve, ref: str, name: str) -> str:
    """``series[] {name, points[[x, value]]}``; ``name`` is the job's resource name."""
    document = {
        "ref": ref,
        "name": name,
        "x": curve.x,
        "series": [{"name": s.name, "points": [list(p) for p in s.points]} for s in curve.series],
        "columns": list(curve.columns),
        "dropped": curve.dropped,
    }
    return document_text(document)
