"""A number for a row's content: equal rows have equal ones, however they are spelt."""

from __future__ import annotations

from itertools import repeat
from typing import TYPE_CHECKING, Any

import orjson

if TYPE_CHECKING:
    from reconciler.manifest.row_blocks import Rows

_SORTED = orjson.OPT_SORT_KEYS


def row_hash(line: bytes) -> int:
    """64 bits, the same for the same row within one process; key order, whitespace and escapes
    make no difference. A line that is no JSON counts by its bytes."""
    try:
        return _hash(orjson.loads(line), line)
    except orjson.JSONDecodeError:
        return hash(line.strip())


def row_hashes(rows: Rows) -> list[int]:
    """``row_hash`` of each."""
    try:
        return list(map(hash, map(orjson.dumps, rows.objects, repeat(None), repeat(_SORTED))))
    except orjson.JSONEncodeError:
        return list(map(_hash, rows.objects, rows.lines))


def _hash(row: Any, line: bytes) -> int:
    try:
        return hash(orjson.dumps(row, option=_SORTED))
    except orjson.JSONEncodeError:  # nested deeper than it writes
        return hash(line.strip())
