"""What a comment folds away: field by field what changes, the lineage, warnings, what stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.diagnostic import Severity
from reconciler.diff.change import Action
from reconciler.plan.sizes import counted
from reconciler.report.danger import EDIT, LOSS, danger
from reconciler.report.escape import escape, shorten
from reconciler.report.lineage import lineage
from reconciler.report.markdown.budget import Piece, Section
from reconciler.report.markdown.table import DETAIL, ROW, STEP
from reconciler.report.markdown.text import code, fence, folded, inert
from reconciler.report.mermaid import mermaid
from reconciler.report.values import value_text
from reconciler.report.words import before_text, worth_a_line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reconciler.diagnostic import Diagnostic
    from reconciler.diff.change import FieldChange
    from reconciler.plan.plan import Plan, PlannedChange
    from reconciler.report.lineage import Node

MOST_FIELDS = 40  # of one change
MOST_NODES = 60  # more is no picture any more
SHORT_PATH, SHORT_REASON = 120, 160

SHADES = (
    "classDef new stroke:#2da44e,stroke-width:3px;",
    "classDef paid stroke:#0969da,stroke-width:3px;",
    "classDef edit stroke:#bf8700,stroke-width:3px;",
    "classDef gone stroke:#cf222e,stroke-width:3px,stroke-dasharray:4;",
)
_SHADE = {
    Action.CREATE: "new",
    Action.RUN: "paid",
    Action.UPDATE: "edit",
    Action.REPAIR: "edit",
    Action.REPLACE: "gone",
    Action.DELETE: "gone",
}


def field_diff(plan: Plan) -> Section:
    pieces = tuple(
        Piece(tuple(_diff(each)), danger(each) * STEP + DETAIL, "field diff")
        for each in plan.pending
        if each.change.fields or each.change.rows
    )
    lines = [line for piece in pieces for line in piece.lines]
    opened, *_, closed = fence(lines, "diff") if lines else ("", "")
    head = ("<details><summary>Field diff</summary>", "", opened)
    return Section(head, pieces, (closed, "", "</details>", ""))


def _diff(planned: PlannedChange) -> Iterator[str]:
    change = planned.change
    yield escape(f"@@ {planned.action.symbol} {planned.ref}: {planned.action.word} @@")
    for field in change.fields[:MOST_FIELDS]:
        yield from _field(field)
    if len(change.fields) > MOST_FIELDS:
        yield f"  … and {len(change.fields) - MOST_FIELDS} more fields"
    if rows := change.rows:
        sides = (("!", rows.changed, " changed"), ("-", rows.removed, ""), ("+", rows.added, ""))
        for sign, side, word in sides:
            if side.count:
                yield f"{sign} {counted(side.count, 'row')}{word}"


def _field(field: FieldChange) -> Iterator[str]:
    path = escape(shorten(field.path, SHORT_PATH))
    why = f"   ({escape(shorten(field.reason, SHORT_REASON))})" if field.reason else ""
    if field.before is not None or field.known_after is not None:
        yield f"- {path}: {before_text(field)}{why if field.after is None else ''}"
    if field.after is not None:
        yield f"+ {path}: {value_text(field.after)}{why}"


def lineage_chart(plan: Plan) -> Section:
    """What changes and what it touches; nothing where nothing touches anything."""
    actions = {str(each.ref): each.action for each in plan.changes}
    resources = {each.ref: each.change.resource for each in plan.changes}
    drawn = lineage(resources).around(str(each.ref) for each in plan.pending)
    if not drawn.edges or len(drawn.nodes) > MOST_NODES:
        return Section()

    def words(node: Node) -> tuple[str, ...]:
        action = actions.get(node.key, Action.NONE)
        said = () if action is Action.NONE else (f"{action.symbol} {action.word}",)
        return (*said, node.title, node.name)

    def shade(node: Node) -> str:
        return _SHADE.get(actions.get(node.key, Action.NONE), "")

    chart = fence(mermaid(drawn, words, shade, SHADES), "mermaid")
    return Section((), (Piece((*folded("Lineage", chart), ""), DETAIL, "lineage"),))


def warnings(plan: Plan) -> Section:
    """What could not be read is an error and stays longest."""
    pieces = tuple(Piece((_said(each),), _weight(each), "warning") for each in plan.diagnostics)
    title = f"{len(pieces)} warning{'' if len(pieces) == 1 else 's'}"
    head = (f"<details><summary>{title}</summary>", "")
    return Section(head, pieces, ("", "</details>", ""))


def _weight(found: Diagnostic) -> int:
    level = LOSS if found.severity is Severity.ERROR else EDIT
    return level * STEP + ROW


def _said(found: Diagnostic) -> str:
    place = f"{code(str(found.location))} " if found.location and found.location.path else ""
    hint = f" → {inert(found.hint)}" if found.hint else ""
    return f"- {place}{inert(found.message)}{hint}"


def standing(plan: Plan) -> Section:
    """What does not change and yet is not simply as it should be."""
    pieces = tuple(
        Piece((f"- {code(str(e.ref))} {inert(e.change.reason.text)}",), ROW, "unchanged resource")
        for e in plan.changes
        if worth_a_line(e)
    )
    head = ("<details><summary>Unchanged, but worth knowing</summary>", "")
    return Section(head, pieces, ("", "</details>", ""))
