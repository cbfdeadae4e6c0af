"""How many stored files are known to be right, and by what."""

from __future__ import annotations

from dataclasses import replace

from reconciler.live.verdicts import FileVerdict, Verdict
from reconciler.plan.content import ContentCounts, content_counts
from tests.desired.manifests import dataset
from tests.plan.planning import plan


def test_each_verdict_is_counted_and_what_differs_together() -> None:
    number = {verdict: n for n, verdict in enumerate(Verdict, 1)}
    files = tuple(FileVerdict("f", verdict) for verdict in Verdict for _ in range(number[verdict]))
    shown = plan([dataset()])
    (only,) = shown.changes
    change = replace(only, change=replace(only.change, content=files))
    counts = content_counts(replace(shown, changes=(change,)))

    assert counts == ContentCounts(
        by_hash=number[Verdict.HASH],
        by_size=number[Verdict.SIZE],
        unverifiable=number[Verdict.UNVERIFIABLE],
        not_checked=number[Verdict.NOT_CHECKED],
        different=number[Verdict.CHANGED] + number[Verdict.MISSING],
    )
    assert counts.total == len(files) - number[Verdict.EXTRA]  # what nobody declared
