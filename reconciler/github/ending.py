"""An exit code of contract section 6 as a workflow means it: a word, a sign, a step's end."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Ending:
    """``fails``: the step is red. ``says`` stands in comments and summaries."""

    word: str
    sign: str
    says: str
    fails: bool = True


DONE = Ending("done", "🟢", "done", fails=False)
PENDING = Ending("pending", "🟡", "there are differences", fails=False)
IN_PROGRESS = Ending(
    "in-progress",
    "⏳",
    "in progress: what it started still runs, and the next apply goes on from there",
    fails=False,
)
FAILED = Ending("failed", "🔴", "failed")
_BY_CODE = {
    0: DONE,
    2: PENDING,
    3: Ending("invalid", "🔴", "manifests or data files are invalid"),
    4: Ending("incomplete", "🔴", "failed after its first write; the next apply goes on"),
    5: Ending("stale", "🔴", "stale: not what was reviewed, or not the newest commit"),
    6: Ending("refused", "⛔", "refused by a guard"),
    7: IN_PROGRESS,
    64: Ending("misused", "🔴", "the command line is wrong"),
    130: Ending("interrupted", "⚪", "interrupted, ended cleanly"),
    143: Ending("interrupted", "⚪", "interrupted, ended cleanly"),
}
CUT_OFF = Ending("cut-off", "⚪", "ended without a result: cancelled, or it never started")


def ending(code: int | None) -> Ending:
    """None: nobody wrote a code down."""
    return CUT_OFF if code is None else _BY_CODE.get(code, FAILED)
