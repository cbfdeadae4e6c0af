"""What a plan knows of the stored bytes, in numbers of files."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from reconciler.live.verdicts import Verdict

if TYPE_CHECKING:
    from reconciler.plan.plan import Plan


@dataclass(frozen=True, slots=True)
class ContentCounts:
    """Declared files of READY resources; ``different`` are those that changed or are missing."""

    by_hash: int = 0
    by_size: int = 0
    unverifiable: int = 0
    not_checked: int = 0
    different: int = 0

    @property
    def total(self) -> int:
        known = self.by_hash + self.by_size + self.different
        return known + self.unverifiable + self.not_checked


def content_counts(plan: Plan) -> ContentCounts:
    compared = (one.change.content for one in plan.changes if one.change.content)
    found = Counter(each.verdict for content in compared for each in content)
    return ContentCounts(
        found[Verdict.HASH],
        found[Verdict.SIZE],
        found[Verdict.UNVERIFIABLE],
        found[Verdict.NOT_CHECKED],
        found[Verdict.CHANGED] + found[Verdict.MISSING],
    )
