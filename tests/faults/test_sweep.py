"""Any request of four stories, struck by anything that can happen to a request."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from reconciler.emulator.faults import Fault
from tests.faults.judge import Struck, problems
from tests.faults.lab import APPLY, BRISK, HASTY, lab
from tests.faults.stories import STORIES, SWEPT

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.faults.stories import Story, Undisturbed

pytestmark = pytest.mark.usefixtures("strange_answers")

FAULTS = {
    "refused": Fault("refuse"),
    "lost after commit": Fault("lost"),
    "503": Fault("status", status=503),
    "504 after commit": Fault("status_after", status=504),
    "429": Fault("retry_after", retry_after="3"),
    "hang": Fault("hang"),
    "hang after commit": Fault("hang", after_commit=True),
    "drip": Fault("drip", seconds=0.2),
    "garbage": Fault("garbage"),
    "truncated": Fault("truncated"),
    "truncated without length": Fault("truncated", content_length=False),
    "empty": Fault("empty"),
}
SAMPLE = {
    f"{fault} at request {nth} of {story}": (story, replace(FAULTS[fault], nth=nth))
    for (fault, (story, nth)) in zip(
        FAULTS,
        (
            ("changes", 30),
            ("changes", 21),
            ("upload", 12),
            ("changes", 40),
            ("serving", 24),
            ("upload", 15),
            ("serving", 20),
            ("upload", 17),
            ("serving", 22),
            ("upload", 14),
            ("changes", 26),
            ("changes", 34),
        ),
        strict=True,
    )
}
UNHEARD = ("lost after commit", "504 after commit", "hang after commit", "garbage", "truncated")
"""After these nobody knows whether it was made."""


def strike(
    story: Story, folder: Path, fault: Fault, expected: Undisturbed, runs: int = 1
) -> list[str]:
    """Apply with the fault, apply without, and judge. Every other one forgets all between."""
    hasty = fault.kind in ("hang", "drip")
    with lab(folder, story.project, tempo=HASTY if hasty else BRISK) as it:
        it.fill(expected.before)
        begun = len(it.emulator.requests)
        it.emulator.faults.add(fault)
        ran = it.run(*APPLY)
        struck = Struck(ran, it.emulator.requests[begun:])
        it.calm()
        if fault.nth % 2:
            it.forget()
        for _ in range(runs):
            it.run(*APPLY)
        return list(problems(it, struck, expected))


@pytest.mark.fault("F1", "F2", "F3", "F5", "F6", "F56")
@pytest.mark.parametrize("case", SAMPLE)
def test_a_fault_is_made_good_by_the_next_apply(
    case: str, told: Callable[[str], Undisturbed], tmp_path: Path
) -> None:
    name, fault = SAMPLE[case]

    assert [] == strike(STORIES[name], tmp_path, fault, told(name))


@pytest.mark.fault("F2", "F3", "F39")
@pytest.mark.parametrize("fault", FAULTS)
def test_whatever_happens_to_the_create_of_a_paid_job_it_is_paid_for_once(
    fault: str, told: Callable[[str], Undisturbed], tmp_path: Path
) -> None:
    at_the_job = replace(FAULTS[fault], method="POST", path="Jobs$")

    expected = told("quickstart")

    assert [] == strike(STORIES["quickstart"], tmp_path, at_the_job, expected, runs=3)


@pytest.mark.fault(
    "F1", "F2", "F3", "F4", "F5", "F6", "F9", "F36", "F39", "F45", "F46", "F49", "F56"
)
@pytest.mark.sweep
@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("name", SWEPT)
def test_a_fault_at_any_request_is_made_good_by_the_next_apply(
    name: str,
    fault: str,
    told: Callable[[str], Undisturbed],
    tmp_path: Path,
    tally: Callable[[str, dict[int, list[str]]], None],
) -> None:
    expected, failures = told(name), {}
    for nth in range(1, expected.requests + 1):
        one = replace(FAULTS[fault], nth=nth)
        failures[nth] = strike(STORIES[name], tmp_path / str(nth), one, expected)
    tally(f"any request {fault}", failures)

    assert {} == {nth: found for nth, found in failures.items() if found}
