"""Several applies of one project at once: one paid job, one account, and words that explain."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from reconciler.emulator.faults import Fault
from tests.whole.sweep import APPLY, PATIENCE_SECONDS, stage

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Sequence
    from pathlib import Path

    from tests.whole.sweep import Stage

WIDE = ("apply", "--yes", "--wait", "ready")
FINE = (0, 4, 7)
JITTER_SECONDS = (0.02, 0.05, 0.01, 0.08, 0.03, 0.0, 0.06)
"""Delays of successive requests, so that the rounds do not all interleave alike."""


def _finished(children: Sequence[subprocess.Popen[bytes]]) -> list[tuple[int, str]]:
    ran = []
    for child in children:
        out, err = child.communicate(timeout=PATIENCE_SECONDS)
        ran.append((child.returncode, (out + err).decode()))
    return ran


def judge_race(staged: Stage, ran: list[tuple[int, str]], expected: dict[str, object]) -> list[str]:
    """What is wrong after a race; empty when nobody was hurt."""
    again = staged.program.run("plan", "--format", "json")
    left = [a for a in json.loads(again.out)["actions"] if a["action"] != "none"]
    problems = {
        f"{staged.job_posts()} jobs were started": staged.job_posts() != 1,
        f"exit codes {[code for code, _ in ran]}": any(code not in FINE for code, _ in ran),
        "nobody got through": all(code for code, _ in ran),
        "an unexpected failure": any("unexpected" in text for _, text in ran),
        "a traceback": any("Traceback" in text for _, text in ran),
        f"the plan afterwards is not empty: {left}": bool(left),
        "the account is another one": staged.end_state() != expected,
    }
    told = "\n".join(text for _, text in ran)
    return [f"{problem}\n{told}" for problem, found in problems.items() if found]


def _alone(folder: Path) -> dict[str, object]:
    with stage(folder) as staged:
        assert staged.program.run(*APPLY).code == 0
        return staged.end_state()


def _race(folder: Path, number: int, shift: int, expected: dict[str, object]) -> list[str]:
    with stage(folder) as staged:
        for nth in range(1, 30):
            seconds = JITTER_SECONDS[(nth * (shift + 1)) % len(JITTER_SECONDS)]
            staged.emulator.faults.add(Fault("delay", nth=nth, seconds=seconds))
        ran = _finished([staged.program.start(*WIDE) for _ in range(number)])
        return judge_race(staged, ran, expected)


@pytest.mark.parametrize("number", [2, 3])
def test_applies_at_once_start_one_job(number: int, tmp_path: Path) -> None:
    expected = _alone(tmp_path / "alone")
    failures = [_race(tmp_path / f"round-{n}", number, n, expected) for n in range(3)]

    assert [[], [], []] == failures


@pytest.mark.sweep
def test_a_hundred_rounds_of_two_applies_start_one_job_each(tmp_path: Path) -> None:
    expected = _alone(tmp_path / "alone")
    failures = {n: _race(tmp_path / f"round-{n}", 2, n, expected) for n in range(100)}

    assert {} == {n: found for n, found in failures.items() if found}


def _overtaken(folder: Path, nth: int, expected: dict[str, object]) -> list[str]:
    """A second apply runs from start to end while the first waits for its ``nth`` answer."""
    with stage(folder) as staged:
        staged.emulator.faults.add(Fault("hang", nth=nth, after_commit=nth % 2 == 0))
        struck = staged.struck()
        with staged.program.start(*APPLY) as first:
            struck.wait(PATIENCE_SECONDS)
            second = staged.program.run(*APPLY)
            staged.emulator.faults.release()
            ran = _finished([first])
        return judge_race(staged, [*ran, (second.code, second.out + second.err)], expected)


@pytest.mark.parametrize("nth", [2, 9, 13, 18, 20])
def test_an_apply_overtaken_by_another_does_no_harm(nth: int, tmp_path: Path) -> None:
    expected = _alone(tmp_path / "alone")

    assert [] == _overtaken(tmp_path / "race", nth, expected)


@pytest.mark.sweep
def test_an_apply_may_be_overtaken_at_every_request(tmp_path: Path) -> None:
    with stage(tmp_path / "alone") as staged:
        staged.program.run(*APPLY)
        expected, requests = staged.end_state(), len(staged.emulator.requests)
    failures = {n: _overtaken(tmp_path / f"at-{n}", n, expected) for n in range(1, requests + 1)}

    assert {} == {n: found for n, found in failures.items() if found}
