"""Every row of a collection, whatever its pages do: loops, duplicates, shifts (fault model F18)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from reconciler.errors import InvalidArgument, Unavailable

PAGE_SIZE = 200  # the most the platform gives (fact sheet 1.6)
_USELESS = 2  # pages in a row without a new name before a listing is called a loop

Row = Mapping[str, Any]
FetchPage = Callable[[str], Mapping[str, Any]]
"""The page for a token ("" for the first); raises ApiError."""


def list_rows(fetch: FetchPage, key: str) -> dict[str, Row]:
    """All rows by resource name, the last seen of each.

    Page tokens are offsets, so a row may be skipped when another goes away meanwhile: when fewer
    rows came than ``totalSize`` says, the collection is read once more. Raises Unavailable when
    the pages never end or make no sense: unknown is not empty.
    """
    rows, total = _walk(fetch, key)
    if len(rows) >= total:
        return rows
    again, total = _walk(fetch, key)
    merged = {**rows, **again}
    if len(merged) < total and again.keys() != rows.keys():
        raise Unavailable(f"the list of {key} kept changing while it was read")
    return merged


def _walk(fetch: FetchPage, key: str) -> tuple[dict[str, Row], int]:
    rows: dict[str, Row] = {}
    seen: set[str] = set()
    token, useless, restarted = "", 0, False
    while True:
        try:
            page = fetch(token)
        except InvalidArgument:
            if not token or restarted:
                raise
            token, useless, restarted = "", 0, True  # the token expired: from the start, once
            seen.clear()
            continue
        useless = 0 if _take(page, key, rows) else useless + 1
        seen.add(token)
        token = str(page.get("nextPageToken") or "")
        if not token:
            return rows, _total(page)
        if token in seen or useless >= _USELESS:
            raise Unavailable(f"the list of {key} does not end: its pages repeat")


def _take(page: Mapping[str, Any], key: str, rows: dict[str, Row]) -> bool:
    """Add the page's rows; whether any of them is new. Raises Unavailable for what is no page."""
    listed = page.get(key)
    if listed is None and not page.get("nextPageToken") and not _total(page):
        return False  # an empty message: what an empty collection looks like without defaults
    if not isinstance(listed, list):
        raise Unavailable(f'expected a list "{key}" in the answer, but there is none')
    before = len(rows)
    for row in listed:
        name = row.get("name") if isinstance(row, dict) else None
        if not isinstance(name, str) or not name:
            raise Unavailable(f"a row in the list of {key} has no name")
        rows[name] = row
    return len(rows) > before


def _total(page: Mapping[str, Any]) -> int:
    total = page.get("totalSize")
    return total if isinstance(total, int) else 0
