"""A number for a row's content: equal rows have equal ones, however they are spelt."""

from __future__ import annotations

from typing import Any

import orjson

from reconciler.manifest.row_sound import plain_roles


def row_hash(line: bytes) -> int:
    """64 bits, the same for the same row within one process; key order, whitespace and escapes
    make no difference. A line that is no JSON counts by its bytes."""
    try:
        row = orjson.loads(line)
    except orjson.JSONDecodeError:
        return hash(line.strip())
    return object_hash(row, line, plain_roles(row.get("messages")) if type(row) is dict else None)


def object_hash(row: Any, line: bytes, roles: tuple[str, ...] | None) -> int:
    """``row_hash`` of a ``line`` that has been read already; ``roles`` is what ``plain_roles`` said
    of its messages. Of a row that has nothing else it costs a third of sorting keys."""
    if roles and len(row) == 1:
        return hash((roles, tuple([message["content"] for message in row["messages"]])))
    try:
        return hash(orjson.dumps(row, option=orjson.OPT_SORT_KEYS))
    except orjson.JSONEncodeError:  # nested deeper than it writes
        return hash(line.strip())
