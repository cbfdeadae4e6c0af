"""Lists: filter, order, page. Page tokens are decimal page numbers, as firectl's help says."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from reconciler.emulator.errors import invalid
from reconciler.emulator.filters import parse_filter

if TYPE_CHECKING:
    from collections.abc import Callable

    from reconciler.emulator.call import Call
    from reconciler.emulator.decode import Json

Row = TypeVar("Row")
DEFAULT_PAGE = 50
LARGEST_PAGE = 200
_OF_PAGES = ("pageSize", "page_size", "pageToken", "page_token")


def page(call: Call, key: str, rows: list[Json], order: str = "name") -> Json:
    """One page as `{key: rows, nextPageToken, totalSize}`. Raises ApiError on a bad query."""
    pairs = chosen(call, [(row, row) for row in rows], order)
    return cut(call, key, pairs, lambda pair: pair[0])


def chosen(call: Call, rows: list[tuple[Json, Row]], order: str) -> list[tuple[Json, Row]]:
    """The pairs whose first half the filter lets through, in their order. Raises ApiError."""
    wanted = parse_filter(call.text("filter"))
    rows = [pair for pair in rows if wanted(pair[0])]
    _sort(rows, call.text("orderBy") or order)
    return rows


def asked(call: Call) -> list[str]:
    """What a list is asked for, whatever the page."""
    return [f"{key}={value}" for key, value in sorted(call.query.items()) if key not in _OF_PAGES]


def cut(call: Call, key: str, rows: list[Row], show: Callable[[Row], Json]) -> Json:
    """The asked page of rows that are in order already; only its own rows are shown."""
    size, number = _size(call.text("pageSize")), _number(call.text("pageToken"))
    start = size * number
    more = start + size < len(rows)
    token = str(number + 1) if more else ""
    shown = [show(row) for row in rows[start : start + size]]
    return {key: shown, "nextPageToken": token, "totalSize": len(rows)}


def _size(text: str) -> int:
    size = _number(text or "0", "pageSize")
    return min(size or DEFAULT_PAGE, LARGEST_PAGE)


def _number(text: str, what: str = "pageToken") -> int:
    if not (text or "0").isascii() or not (text or "0").isdigit():
        raise invalid(f"invalid {what}")
    return int((text or "0")[:9])


def _sort(rows: list[tuple[Json, Row]], order: str) -> None:
    for part in reversed(order.split(",")):
        field, _, direction = part.strip().partition(" ")
        if direction.strip().lower() not in ("", "asc", "desc"):
            raise invalid(f"invalid orderBy {order!r}")
        path = [_camel(p) for p in field.split(".")]
        rows.sort(key=partial(_key, path), reverse=direction.strip() == "desc")


def _camel(text: str) -> str:
    first, *rest = text.split("_")
    return first + "".join(word.capitalize() for word in rest)


def _key(path: list[str], pair: tuple[Json, object]) -> tuple[bool, float, str]:
    row: Any = pair[0]
    for part in path:
        row = row.get(part) if isinstance(row, dict) else None
    number = float(row) if isinstance(row, (int, float)) else 0.0
    return row is not None, number, str(row)
