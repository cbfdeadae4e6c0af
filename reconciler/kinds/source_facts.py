"""What a kind may know of the files behind ``spec.source``: a leaf, so that kinds stay leaves."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class SourceFacts:
    """Names, sizes in bytes and the number of rows (None: not counted, e.g. an LFS pointer).

    ``configs`` holds the small JSON files that describe weights, parsed, by their key
    (``config.json``, ``adapter_config.json``); one that could not be read is absent.
    """

    sizes: dict[str, int]
    rows: int | None = None
    configs: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
