"""Every resource with its state: a table for people, a document for machines."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from reconciler.canonical import document_text
from reconciler.report.escape import escape
from reconciler.report.status_rows import StatusRow, status_rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reconciler.desired.resource import DesiredState
    from reconciler.live.state import LiveState
    from reconciler.report.style import Style

HEADS = ("RESOURCE", "ID", "STATE", "PROGRESS", "COST", "NOTE")
COLOUR = {"ready": "green", "failed": "red", "pending": "cyan", "absent": "dim"}


def render_status(
    desired: DesiredState, live: LiveState, style: Style, *, everything: bool = False
) -> str:
    """The table, ending with a newline; ``everything`` lists what is live, declared or not."""
    rows = status_rows(desired, live, everything=everything)
    if not rows:
        return "Nothing is live.\n" if everything else "No resource is declared.\n"
    cells = [HEADS, *(_cells(row) for row in rows)]
    widths = [max(len(line[column]) for line in cells) for column in range(len(HEADS))]
    used = [column for column in range(len(HEADS)) if any(line[column] for line in cells[1:])]
    lines = []
    for line, row in zip(cells, (None, *rows), strict=True):
        text = "  ".join(f"{line[column]:<{widths[column]}}" for column in used).rstrip()
        lines.append(style.paint(text, *_colours(row)))
    lines += [escape(f"{name}: not read: {why}") for name, why in sorted(live.incomplete.items())]
    return style.plain("\n".join(lines) + "\n")


def status_json(desired: DesiredState, live: LiveState, *, everything: bool = False) -> str:
    rows = status_rows(desired, live, everything=everything)
    document = {
        "account": live.account,
        "resources": [asdict(row) for row in rows],
        "incomplete": dict(sorted(live.incomplete.items())),
    }
    return document_text(document)


def _cells(row: StatusRow) -> Sequence[str]:
    note = f"{row.note} {row.link}".strip()
    cells = (row.resource, row.id, row.state, row.progress, row.cost, note)
    return [escape(cell) for cell in cells]


def _colours(row: StatusRow | None) -> tuple[str, ...]:
    if row is None:
        return ("bold",)
    return (COLOUR[row.meaning],) if row.meaning in COLOUR else ()
