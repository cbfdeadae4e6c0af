"""One change of a plan as lines: what, why, from where, field by field, and what forbids it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.diff.change import Action
from reconciler.report.escape import escape
from reconciler.report.money import cost_text
from reconciler.report.values import value_text
from reconciler.report.words import before_text, own_id, steps_text
from reconciler.report.wrap import wrapped

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reconciler.diff.change import FieldChange
    from reconciler.plan.plan import PlannedChange
    from reconciler.report.style import Style

COLOUR = {
    Action.CREATE: "green",
    Action.UPDATE: "yellow",
    Action.REPLACE: "magenta",
    Action.DELETE: "red",
    Action.RUN: "cyan",
    Action.REPAIR: "blue",
    Action.NONE: "dim",
}
INDENT = "      "


def change_lines(planned: PlannedChange, style: Style, width: int) -> Iterator[str]:
    change, colour = planned.change, COLOUR[planned.action]
    yield _title(planned, style, width)
    yield from _reason(planned, style)
    for field in change.fields:
        yield _field(field, style)
    if planned.steps:
        yield f"{INDENT}{style.paint(escape(steps_text(planned)), colour)}"
    if planned.cost is not None:
        yield from wrapped(f"cost: {cost_text(planned.cost)}", style.width, INDENT)
    yield from _blocked(planned, style)


def _title(planned: PlannedChange, style: Style, width: int) -> str:
    action = planned.action
    left = f"  {action.symbol} {escape(str(planned.ref)):<{width}}  {action.word}"
    tags = " ".join(f"[{escape(tag)}]" for tag in planned.risk)
    gap = " " * max(2, style.width - len(left) - len(tags)) if tags else ""
    return f"{style.paint(left, COLOUR[action])}{gap}{style.paint(tags, 'bold')}"


def _reason(planned: PlannedChange, style: Style) -> Iterator[str]:
    """Why, and the manifest's line: beside it where the width allows, else below."""
    why = f"{INDENT}{escape(planned.change.reason.text)}{_id(planned)}"
    where = escape(str(planned.change.resource.location))
    if len(why) + len(where) + 2 <= style.width:
        yield f"{why}  {style.paint(where, 'dim')}"
    else:
        yield why
        yield f"{INDENT}{style.paint(where, 'dim')}"


def _id(planned: PlannedChange) -> str:
    id_ = own_id(planned)
    return f" · id {escape(id_)}" if id_ else ""


def standing_line(planned: PlannedChange, style: Style, width: int) -> Iterator[str]:
    symbol, ref = Action.NONE.symbol, escape(str(planned.ref))
    yield f"  {symbol} {ref:<{width}}  no change: {escape(planned.change.reason.text)}"
    yield from _blocked(planned, style)


def _field(field: FieldChange, style: Style) -> str:
    arrow = f"{before_text(field)} → {value_text(field.after)}"
    reason = f"  {style.paint(escape(field.reason), 'dim')}" if field.reason else ""
    return f"{INDENT}~ {escape(field.path)}  {arrow}{reason}"


def _blocked(planned: PlannedChange, style: Style) -> Iterator[str]:
    """What forbids it, then the ways out; a refusal is told once, whoever repeats it."""
    said = "\n".join(planned.blocked_by)
    for words in planned.blocked_by:
        yield f"{INDENT}{style.paint('blocked:', 'red', 'bold')} {escape(words)}"
    for refusal in planned.change.refusals:
        if refusal.message not in said:
            yield f"{INDENT}{style.paint('refused:', 'red', 'bold')} {escape(refusal.message)}"
        if refusal.hint and refusal.hint not in said:
            yield f"{INDENT}  hint: {escape(refusal.hint)}"
