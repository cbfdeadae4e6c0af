"""Rows that are new, changed or gone, in the words of a plan."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from reconciler.manifest.row_change import RowChange, Rows
    from reconciler.ref import ResourceRef


def rows_in_words(rows: RowChange) -> str:
    """``1 row changed (row 3), 41 rows added (rows 12, 13, 14, …) since 4f1c2d9``; numbers of
    removed rows are those of the older version."""
    parts = [
        f"{_counted(side.count)} {word} {_numbers(side)}"
        for side, word in (
            (rows.changed, "changed"),
            (rows.added, "added"),
            (rows.removed, "removed"),
        )
        if side.count
    ]
    said = ", ".join(parts) or "the same rows, ordered or written differently"
    return f"{said} since {rows.since}" if rows.since else said


def input_in_words(ref: ResourceRef, rows: RowChange | None) -> str:
    """What is new about an input of a job: ``Dataset/chat has 41 new rows and lacks 3 rows``."""
    if rows is None or not rows.any:
        return f"{ref} is new"
    gained = [
        _counted(side.count, f"{word} row")
        for side, word in ((rows.added, "new"), (rows.changed, "changed"))
        if side.count
    ]
    parts = [f"has {' and '.join(gained)}"] if gained else []
    parts += [f"lacks {_counted(rows.removed.count)}"] if rows.removed.count else []
    return f"{ref} {' and '.join(parts)}"


def _numbers(rows: Rows) -> str:
    more = ", …" if rows.count > len(rows.first) else ""
    noun = "row" if rows.count == 1 else "rows"
    return f"({noun} {', '.join(map(str, rows.first))}{more})"


def _counted(number: int, noun: str = "row") -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
