"""Any request of four stories, struck by anything that can happen to a request."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from reconciler.emulator.faults import Fault
from tests.faults.judge import Struck, problems
from tests.faults.lab import APPLY, lab
from tests.faults.stories import STORIES

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
PAID = r"/(supervisedFineTuningJobs|deployments|deployedModels)$"
"""POSTs of these make what costs money."""


def strike(story: Story, folder: Path, fault: Fault, expected: Undisturbed) -> list[str]:
    """Apply with the fault, apply without, and judge. Every other one forgets all between."""
    with lab(folder, story.project) as it:
        it.fill(expected.before)
        begun = len(it.emulator.requests)
        it.emulator.faults.add(fault)
        ran = it.run(*APPLY)
        struck = Struck(ran, it.emulator.requests[begun:])
        it.emulator.faults.clear()
        if fault.nth % 2:
            it.forget()
        it.run(*APPLY)
        return list(problems(it, struck, expected))


@pytest.mark.parametrize("case", SAMPLE)
def test_a_fault_is_made_good_by_the_next_apply(
    case: str, told: Callable[[str], Undisturbed], tmp_path: Path
) -> None:
    name, fault = SAMPLE[case]

    assert [] == strike(STORIES[name], tmp_path, fault, told(name))


@pytest.mark.parametrize("fault", FAULTS)
def test_whatever_happens_to_the_create_of_a_paid_job_it_is_paid_for_once(
    fault: str, told: Callable[[str], Undisturbed], tmp_path: Path
) -> None:
    at_the_job = replace(FAULTS[fault], method="POST", path=PAID)

    assert [] == strike(STORIES["quickstart"], tmp_path, at_the_job, told("quickstart"))


@pytest.mark.sweep
@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("name", STORIES)
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
