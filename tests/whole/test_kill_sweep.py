"""kill -9 at any request, then the same command again: the same account, one paid job."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from reconciler.emulator.faults import Fault
from tests.whole.sweep import APPLY, PATIENCE_SECONDS, judge, stage

if TYPE_CHECKING:
    from pathlib import Path

    from tests.whole.sweep import Stage

SHARES = 4
"""The sweep is cut in shares, so that several processes of the test runner can take one each."""


def _undisturbed(folder: Path) -> tuple[dict[str, object], int]:
    """The end state of a run without faults, and how many requests it took."""
    with stage(folder) as clean:
        ran = clean.program.run(*APPLY)

        assert ran.code == 0, ran.out + ran.err
        return clean.end_state(), len(clean.emulator.requests)


def _kill_at(staged: Stage, nth: int, *, after_commit: bool) -> None:
    """Start apply and kill it with SIGKILL while its ``nth`` request is in the air."""
    staged.emulator.faults.add(Fault("hang", nth=nth, after_commit=after_commit))
    struck = staged.struck()
    with staged.program.start(*APPLY) as child:
        struck.wait(PATIENCE_SECONDS)
        child.kill()
    staged.emulator.faults.release()


@pytest.mark.parametrize("after_commit", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("share", range(SHARES))
def test_an_apply_killed_at_any_request_is_finished_by_the_next(
    share: int, after_commit: bool, tmp_path: Path
) -> None:
    expected, requests = _undisturbed(tmp_path / "clean")
    failures = {}
    for nth in range(1 + share, requests + 1, SHARES):
        with stage(tmp_path / f"at-{nth}") as staged:
            _kill_at(staged, nth, after_commit=after_commit)
            problems = judge(staged, expected, [staged.program.run(*APPLY)])
        if problems:
            failures[nth] = problems

    assert {} == failures
