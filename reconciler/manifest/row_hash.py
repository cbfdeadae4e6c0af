"""A number for a row's content: equal rows have equal ones, however they are spelt."""

from __future__ import annotations

from typing import Any

import orjson


def row_hash(line: bytes) -> int:
    """64 bits, the same for the same row within one process; key order, whitespace and escapes
    make no difference. A line that is no JSON counts by its bytes."""
    try:
        return object_hash(orjson.loads(line), line)
    except orjson.JSONDecodeError:
        return hash(line.strip())


def object_hash(row: Any, line: bytes) -> int:
    """``row_hash`` of a ``line`` that has been read already."""
    try:
        return hash(orjson.dumps(row, option=orjson.OPT_SORT_KEYS))
    except orjson.JSONEncodeError:  # nested deeper than it writes
        return hash(line.strip())
