"""What a kind may know of the files behind ``spec.source``: a leaf, so that kinds stay leaves."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SourceFacts:
    """Names, sizes in bytes and the number of rows (None: not counted, e.g. an LFS pointer)."""

    sizes: dict[str, int]
    rows: int | None = None
