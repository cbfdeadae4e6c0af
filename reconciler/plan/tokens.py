"""How many tokens a job reads of its datasets, as a range, and what it is that tells."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from reconciler.live.said import count, tokens_text
from reconciler.manifest.row_tokens import BYTES_BAND, NOTHING, Guess, of_bytes, of_unseen
from reconciler.plan.context import TokenCount

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from reconciler.desired.resource import Resource
    from reconciler.kinds.kind import Kind
    from reconciler.kinds.row_use import RowUse
    from reconciler.live.state import LiveState
    from reconciler.manifest.file_set import FileSet
    from reconciler.manifest.row_summary import RowSummary
    from reconciler.plan.guards import Facts

GUESSED = "guessed from the bytes"
UNSEEN = "guessed from the size alone"


def trained_datasets(spec: Mapping[str, Any], kind: Kind) -> tuple[str, ...]:
    """The full names of all datasets that a job trains on, each as often as it is named."""
    return tuple(name for _, name in kind.rows.trained_on(spec)) if kind.rows else ()


def platform_count(dataset: str, live: LiveState) -> int:
    """The tokens of a dataset as the platform counts them; 0 when it does not say."""
    found = live.get(dataset) or live.external.get(dataset)
    return count(found.body, "estimatedTokenCount") if found else 0


def trained_tokens(
    job: Resource, use: RowUse, facts: Facts, *, images: bool
) -> list[TokenCount | None]:
    """Of each dataset that a job trains on; None where nothing tells. ``images``: the model takes
    some, so that most bytes of rows that nobody has seen may be theirs."""
    named = (name for _, name in use.trained_on(job.spec))
    return [_tokens(job, use, dataset, facts, images=images) for dataset in named]


def _tokens(
    job: Resource, use: RowUse, dataset: str, facts: Facts, *, images: bool
) -> TokenCount | None:
    """The platform's own estimate, else a real tokenizer's count, else the band of the bytes."""
    if counted := platform_count(dataset, facts.live):
        return TokenCount(counted, counted, "as the platform counts")
    if (job.ref, dataset) in facts.context.tokens:
        return facts.context.tokens[job.ref, dataset]
    needed = (facts.changes[ref].resource for ref in job.depends_on if ref in facts.changes)
    files = next((one.files for one in needed if one.name == dataset and one.files), None)
    if files is None or not files.total_bytes:
        return None
    return _of_files(files, use, job.spec, images=images)


def _of_files(files: FileSet, use: RowUse, spec: Mapping[str, Any], *, images: bool) -> TokenCount:
    """Of rows that were read; of those behind a Git LFS pointer only the size is known."""
    size, rows = files.total_bytes, files.rows
    guess = files.summary.tokens if files.summary else of_bytes(size, rows or 0)
    how = GUESSED
    if files.summary:
        guess = Guess(_cut(guess.low, files.summary, use.longest_row(spec)), guess.high)
    if rows is None:
        smallest = len(json.dumps({key: "" for key, _ in use.wanted(spec)}))
        guess, how = of_unseen(size, smallest, pairs=use.pairs), UNSEEN
        guess = Guess(0.0, guess.high) if images else guess
        rows = size // max(smallest, 1)
    written = sum(len(text.encode()) for text in use.written_by(spec).values())
    around = of_bytes(written * rows) if written else NOTHING
    return TokenCount(guess.low, guess.high + around.high, how)


def _cut(low: float, rows: RowSummary, limit: int) -> float:
    """The low end when each row is cut at ``limit`` tokens (firectl help; 0: none is). Of rows that
    are not listed one by one, none is longer than the last of those that are."""
    listed = [size / BYTES_BAND[0] for size, _ in rows.longest]
    if not limit or not listed or listed[0] <= limit:
        return low
    rest = max(low - sum(listed), 0.0) * min(limit / listed[-1], 1.0)
    return rest + sum(min(tokens, limit) for tokens in listed)


def tokens_words(found: Sequence[TokenCount], *, unbounded: bool) -> str:
    """``1.5k to 5.5k tokens guessed from the bytes``; ``at least 1.5k tokens …``."""
    low, high = (
        tokens_text(sum(ends)) for ends in zip(*((t.low, t.high) for t in found), strict=True)
    )
    of = f" of {len(found)} datasets," if len(found) > 1 else ""
    how = " and ".join(dict.fromkeys(tokens.how for tokens in found))
    if unbounded:
        return f"at least {low} tokens{of} {how}"
    return f"{low if low == high else f'{low} to {high}'} tokens{of} {how}"
