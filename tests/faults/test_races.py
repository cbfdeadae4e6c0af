"""Several applies of one project at once: paid for once, one account, and words that explain."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from reconciler.emulator.faults import Fault
from tests.faults.judge import standing
from tests.faults.lab import APPLY, lab
from tests.faults.stories import STORIES
from tests.whole.program import Ran

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from tests.faults.lab import Lab
    from tests.faults.stories import Undisturbed

WIDE = ("apply", "--yes", "--wait", "ready")
FINE = (0, 4, 7)
PATIENCE_SECONDS = 120.0
JITTER_SECONDS = (0.02, 0.05, 0.01, 0.08, 0.03, 0.0, 0.06)
"""Delays of successive requests, so that the rounds do not all interleave alike."""

PAID = ("quickstart", "dpo", "reinforcement", "legacy", "serving")
"""Between them every kind that costs money."""
ROUNDS = 20  # for each story and number of applies: 100 with two, 100 with three


def _finished(it: Lab, children: Sequence[subprocess.Popen[bytes]]) -> None:
    for child in children:
        out, err = child.communicate(timeout=PATIENCE_SECONDS)
        it.said.append(Ran(child.returncode, out.decode(), err.decode()))


def _wrong(it: Lab, expected: Undisturbed) -> list[str]:
    """What is wrong after a race, with all that was said; empty when nobody was hurt."""
    ran = it.said[:]
    found = [f"exit codes {[r.code for r in ran]}"] if {r.code for r in ran} - {*FINE} else []
    if all(r.code for r in ran):
        found.append("nobody got through")
    it.run(*APPLY)
    found += standing(it, 0, expected)
    return [*found, *(r.out + r.err for r in ran)] if found else []


def race(name: str, folder: Path, number: int, shift: int, expected: Undisturbed) -> list[str]:
    """So many applies at once, each request a little late, each round otherwise."""
    with lab(folder, STORIES[name].project) as it:
        it.fill(expected.before)
        for nth in range(1, 40):
            seconds = JITTER_SECONDS[(nth * (shift + 1)) % len(JITTER_SECONDS)]
            it.emulator.faults.add(Fault("delay", nth=nth, seconds=seconds))
        _finished(it, [it.program.start(*WIDE) for _ in range(number)])
        return _wrong(it, expected)


def overtaken(name: str, folder: Path, nth: int, expected: Undisturbed) -> list[str]:
    """A second apply runs from start to end while the first waits for its ``nth`` answer."""
    with lab(folder, STORIES[name].project) as it:
        it.fill(expected.before)
        it.emulator.faults.add(Fault("hang", nth=nth, after_commit=nth % 2 == 0))
        with it.program.start(*APPLY) as first:
            _wait_for_the_strike(it, first)
            it.run(*APPLY)
            it.emulator.faults.release()
            _finished(it, [first])
        return _wrong(it, expected)


def _wait_for_the_strike(it: Lab, first: subprocess.Popen[bytes]) -> None:
    happened = it.struck()
    while not happened.wait(0.1):
        assert first.poll() is None, "it ended before the fault struck"


@pytest.mark.fault("F54")
@pytest.mark.parametrize(("name", "number"), [("quickstart", 3), ("serving", 2)])
def test_applies_at_once_pay_once(
    name: str, number: int, told: Callable[[str], Undisturbed], tmp_path: Path
) -> None:
    assert [] == race(name, tmp_path, number, number, told(name))


@pytest.mark.fault("F55")
@pytest.mark.parametrize(("name", "nth"), [("quickstart", 16), ("serving", 26)])
def test_an_apply_overtaken_by_another_does_no_harm(
    name: str, nth: int, told: Callable[[str], Undisturbed], tmp_path: Path
) -> None:
    assert [] == overtaken(name, tmp_path, nth, told(name))


@pytest.mark.fault("F54")
@pytest.mark.sweep
@pytest.mark.parametrize("number", [2, 3])
@pytest.mark.parametrize("name", PAID)
def test_rounds_of_applies_at_once_pay_once_each(
    name: str,
    number: int,
    told: Callable[[str], Undisturbed],
    tmp_path: Path,
    tally: Callable[..., None],
) -> None:
    expected = told(name)
    failures = {n: race(name, tmp_path / str(n), number, n, expected) for n in range(ROUNDS)}
    tally(f"races of {number} applies", failures)

    assert {} == {n: found for n, found in failures.items() if found}


@pytest.mark.fault("F55")
@pytest.mark.sweep
@pytest.mark.parametrize("name", ["quickstart", "serving"])
def test_an_apply_may_be_overtaken_at_every_request(
    name: str, told: Callable[[str], Undisturbed], tmp_path: Path, tally: Callable[..., None]
) -> None:
    expected, failures = told(name), {}
    for nth in range(1, expected.requests + 1):
        failures[nth] = overtaken(name, tmp_path / str(nth), nth, expected)
    tally("applies overtaken by another at any request", failures)

    assert {} == {nth: found for nth, found in failures.items() if found}
