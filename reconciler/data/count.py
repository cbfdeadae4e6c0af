"""How many tokens the rows of a file make, by a real tokenizer; of a large file, by parts of it."""

from __future__ import annotations

import os
from dataclasses import dataclass
from math import sqrt
from types import MappingProxyType
from typing import TYPE_CHECKING

import orjson

from reconciler.data.framing import count_rows, frame_of
from reconciler.kinds.row_use import filled

if TYPE_CHECKING:
    import io
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from reconciler.data.tokenizer import TokenCounter
    from reconciler.manifest.file_set import FileIdentity

    Templates = Mapping[str, str]

PART = 32 * 1024  # bytes
PARTS = 32
"""A file of more than ``PARTS * PART`` bytes, 1 MiB, is not counted whole: a tokenizer takes half a
second for that much and a minute for 100 MB, and the parts tell as much within one or two percent.
"""

SURE = 2.0  # standard errors to either side: nineteen times of twenty


@dataclass(frozen=True, slots=True)
class Counted:
    """Tokens of a file: of its texts alone at least, with all that a chat template adds at most.
    Where not ``whole``, each is that end of the band that it lies in nearly always."""

    low: float
    high: float
    whole: bool = True


@dataclass(frozen=True, slots=True)
class _Part:
    bytes: int
    low: int
    high: int


def count_tokens(
    path: Path,
    identity: FileIdentity,
    counter: TokenCounter,
    templates: Templates = MappingProxyType({}),
    part: int = PART,
) -> Counted | None:
    """The tokens of a file of JSON objects; None when it is not the file of ``identity`` any more,
    or no such file. ``templates`` are those that make a job's texts of a row, if any."""
    try:
        with path.open("rb") as file:
            status = os.fstat(file.fileno())
            same = (status.st_ino, status.st_size, status.st_mtime_ns)
            if same != (identity.inode, identity.size, identity.mtime_ns):
                return None
            return _Count(file, counter, templates, part).run(status.st_size)
    except (OSError, ValueError):
        return None


class _Count:
    def __init__(
        self, file: io.BufferedReader, counter: TokenCounter, templates: Templates, part: int
    ) -> None:
        self._file = file
        self._counter = counter
        self._frame = frame_of(counter)
        self._templates = templates
        self._part = part

    def run(self, size: int) -> Counted:
        """Raises OSError, ValueError for a row that is no JSON."""
        if size <= PARTS * self._part:
            all_parts = [self._read() for _ in range(PARTS)]
            return Counted(sum(p.low for p in all_parts), sum(p.high for p in all_parts))
        parts = []
        for number in range(PARTS):
            self._file.seek(number * (size // PARTS))
            if number:
                self._file.readline()  # a row that has begun before
            parts.append(self._read())
        return _estimated([each for each in parts if each.bytes], size)

    def _read(self) -> _Part:
        """The rows from here on, up to the one that reaches the bytes of a part."""
        lines = self._file.readlines(self._part)
        read = [orjson.loads(line) for line in lines if line.strip()]
        rows = [row for row in read if type(row) is dict]
        found = [filled(self._templates, row) if self._templates else row for row in rows]
        counts = count_rows(found, self._counter, self._frame)
        size = sum(map(len, lines))
        return _Part(size, sum(c.texts for c in counts), sum(c.framed for c in counts))


def _estimated(parts: Sequence[_Part], size: int) -> Counted:
    seen = sum(part.bytes for part in parts)
    low, less = _ratio([(part.bytes, part.low) for part in parts], seen)
    high, more = _ratio([(part.bytes, part.high) for part in parts], seen)
    return Counted(size * max(low - less, 0.0), size * (high + more), whole=False)


def _ratio(parts: Sequence[tuple[int, int]], seen: int) -> tuple[float, float]:
    """The ratio estimator of survey sampling: tokens a byte, and how far the parts differ in it."""
    ratio = sum(tokens for _, tokens in parts) / seen
    apart = sum((tokens - ratio * size) ** 2 for size, tokens in parts)
    return ratio, SURE * sqrt(len(parts) / max(len(parts) - 1, 1) * apart) / seen
