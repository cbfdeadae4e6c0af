"""The lineage around a plan's changes, drawn: boxes for resources, arrows where data flows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.diff.change import Action
from reconciler.report.escape import shorten
from reconciler.report.html.layout import layered
from reconciler.report.html.tags import Markup, joined, tag
from reconciler.report.lineage import lineage

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reconciler.plan.plan import Plan, PlannedChange
    from reconciler.report.html.layout import Layout, Spot
    from reconciler.report.lineage import Lineage, Node

MOST = 150  # boxes; more is no picture any more
WIDTH, HEIGHT = 212, 56  # of a box, in pixels
ACROSS, DOWN = 46, 16  # between two boxes
MARGIN = 6
LONGEST = 24  # characters of a name; the whole stands in its title
TITLE = "Lineage of what changes: datasets to jobs to models to what serves them"


def lineage_svg(plan: Plan, anchors: Mapping[str, str]) -> Markup:
    """The drawing; "" where nothing touches anything. ``anchors`` are the ids on the page by ref:
    a box leads to its change."""
    by_ref = {str(each.ref): each for each in plan.changes}
    resources = {each.ref: each.change.resource for each in plan.changes}
    drawn = lineage(resources).around(str(each.ref) for each in plan.pending)
    if not drawn.edges:
        return Markup("")
    if len(drawn.nodes) > MOST:
        said = f"{len(drawn.nodes)} resources are too many to draw; reconciler graph has them all."
        return tag("p", said, class_="muted")
    layout = layered([node.key for node in drawn.nodes], drawn.edges)
    arrows = joined(_arrow(route) for route in layout.routes.values())
    boxes = joined(
        _box(node, layout.spots[node.key], by_ref.get(node.key), anchors.get(node.key))
        for node in drawn.nodes
    )
    return _frame(layout, drawn, joined((_head(), arrows, boxes)))


def _frame(layout: Layout, drawn: Lineage, inner: Markup) -> Markup:
    width = 2 * MARGIN + layout.layers * (WIDTH + ACROSS) - ACROSS
    height = 2 * MARGIN + layout.height * (HEIGHT + DOWN) - DOWN
    svg = tag(
        "svg",
        tag("title", TITLE),
        inner,
        class_="lineage",
        viewBox=f"0 0 {width} {height}",
        width=width,
        height=height,
        role="img",
        aria_label=f"{TITLE}: {len(drawn.nodes)} resources",
    )
    return tag("div", svg, class_="scroll", tabindex=0, role="group", aria_label="Lineage")


def _head() -> Markup:
    point = tag("path", d="M0 0 8 4 0 8z", class_="point")
    marker = tag(
        "marker", point, id="arrow", viewBox="0 0 8 8", refX=7, refY=4, markerWidth=7,
        markerHeight=7, orient="auto-start-reverse",
    )  # fmt: skip
    return tag("defs", marker)


def _arrow(route: tuple[Spot, ...]) -> Markup:
    """From the right side of a box through the gaps of other layers to the left side of one."""
    x, y = _right(route[0])
    path = [f"M{x:g} {y:g}"]
    for spot in route[1:]:
        left, middle = _left(spot)
        bend = (left - x) / 2
        path.append(f"C{x + bend:g} {y:g} {left - bend:g} {middle:g} {left:g} {middle:g}")
        x, y = left, middle
        if spot is not route[-1]:
            x += WIDTH
            path.append(f"H{x:g}")
    return tag("path", d=" ".join(path), class_="arrow", marker_end="url(#arrow)")


def _left(spot: Spot) -> tuple[float, float]:
    return MARGIN + spot[0] * (WIDTH + ACROSS), MARGIN + spot[1] * (HEIGHT + DOWN) + HEIGHT / 2


def _right(spot: Spot) -> tuple[float, float]:
    x, y = _left(spot)
    return x + WIDTH, y


def _box(node: Node, spot: Spot, planned: PlannedChange | None, anchor: str | None) -> Markup:
    x, y = _left(spot)
    top = y - HEIGHT / 2
    action = planned.action if planned else Action.NONE
    kind = node.title if action is Action.NONE else f"{action.symbol} {node.title}"
    word = "" if action is Action.NONE else f"{action.word} "
    blocked = " blocked" if planned is not None and planned.blocked_by else ""
    inner = (
        tag("title", f"{word}{node.title} {node.name}{blocked}"),
        tag("rect", x=x, y=top, width=WIDTH, height=HEIGHT, rx=9),
        tag("text", kind, x=x + 14, y=top + 23, class_="kind"),
        tag("text", shorten(node.name, LONGEST), x=x + 14, y=top + 42, class_="name"),
    )
    group = tag("g", *inner, class_=f"box a-{action.word}{blocked}")
    return tag("a", group, href=f"#{anchor}") if anchor else group
