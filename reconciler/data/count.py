"""How many tokens the rows of a file make, by a real tokenizer; of a large file, by parts of it."""

from __future__ import annotations

import os
from dataclasses import dataclass
from math import sqrt
from typing import TYPE_CHECKING

import orjson

from reconciler.data.forms import texts_of

if TYPE_CHECKING:
    import io
    from collections.abc import Sequence
    from pathlib import Path

    from reconciler.data.tokenizer import TokenCounter
    from reconciler.manifest.file_set import FileIdentity

PART = 32 * 1024  # bytes
PARTS = 32
"""A file of more than ``PARTS * PART`` bytes, 1 MiB, is not counted whole: a tokenizer takes half a
second for that much and a minute for 100 MB, and the parts tell as much within one or two percent.
"""

SURE = 2.0  # standard errors to either side: nineteen times of twenty


@dataclass(frozen=True, slots=True)
class Counted:
    """Tokens of a file; where not ``whole``, the band that they lie in nearly always."""

    low: float
    high: float
    whole: bool = True


@dataclass(frozen=True, slots=True)
class _Part:
    bytes: int
    tokens: int


def count_tokens(
    path: Path, identity: FileIdentity, counter: TokenCounter, part: int = PART
) -> Counted | None:
    """The tokens of a file of JSON objects; None when it is not the file of ``identity`` any more,
    or no such file. What a chat template adds to each message is left out."""
    try:
        with path.open("rb") as file:
            status = os.fstat(file.fileno())
            same = (status.st_ino, status.st_size, status.st_mtime_ns)
            if same != (identity.inode, identity.size, identity.mtime_ns):
                return None
            return _count(file, status.st_size, counter, part)
    except (OSError, ValueError):
        return None


def _count(file: io.BufferedReader, size: int, counter: TokenCounter, part: int) -> Counted:
    """Raises OSError, ValueError for a row that is no JSON."""
    if size <= PARTS * part:
        total = sum(_read(file, part, counter).tokens for _ in range(PARTS))
        return Counted(total, total)
    parts = []
    for number in range(PARTS):
        file.seek(number * (size // PARTS))
        if number:
            file.readline()  # a row that has begun before
        parts.append(_read(file, part, counter))
    return _estimated([each for each in parts if each.bytes], size)


def _read(file: io.BufferedReader, most: int, counter: TokenCounter) -> _Part:
    """The rows from here on, up to the one that reaches ``most`` bytes."""
    lines = file.readlines(most)
    rows = [orjson.loads(line) for line in lines if line.strip()]
    texts = [text for row in rows if type(row) is dict for text in texts_of(row)]
    return _Part(sum(map(len, lines)), sum(counter.count(texts)))


def _estimated(parts: Sequence[_Part], size: int) -> Counted:
    """The ratio estimator of survey sampling: tokens a byte, and how far the parts differ in it."""
    seen = sum(part.bytes for part in parts)
    ratio = sum(part.tokens for part in parts) / seen
    apart = sum((part.tokens - ratio * part.bytes) ** 2 for part in parts)
    error = SURE * sqrt(len(parts) / max(len(parts) - 1, 1) * apart) / seen
    return Counted(size * max(ratio - error, 0.0), size * (ratio + error), whole=False)
