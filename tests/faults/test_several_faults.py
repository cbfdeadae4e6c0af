"""Two or three faults in one run, of a platform with manners of its own, told by a seed."""

from __future__ import annotations

from dataclasses import replace
from random import Random
from typing import TYPE_CHECKING

import pytest

from reconciler.emulator.faults import Fault
from reconciler.emulator.options import Options
from tests.faults.judge import standing
from tests.faults.lab import APPLY, BRISK, lab
from tests.faults.stories import STORIES, SWEPT

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.faults.stories import Undisturbed

pytestmark = pytest.mark.usefixtures("strange_answers")

FAULTS = (
    *(Fault(kind) for kind in ("refuse", "lost", "garbage", "truncated", "empty", "closes")),
    *(Fault("status", status=status) for status in (400, 401, 403, 404, 409, 412, 429, 503)),
    *(Fault("status_after", status=status) for status in (500, 504)),
    Fault("retry_after", retry_after="Wed, 21 Oct 2015 07:28:00 GMT"),
    Fault("redirect"),
)
SEEDS = 300
MOST_RUNS = 4  # a refusal that was no doubt may leave a record that one more run repairs


def manners(dice: Random) -> Options:
    return Options(
        existing_model_answers_200=dice.random() < 0.2,
        upload_endpoint_409_when_complete=dice.random() < 0.3,
        lora_loaded_409=dice.random() < 0.3,
        strict_patch_replaces=dice.random() < 0.3,
        validate_delay_seconds=dice.choice([0, 3]),
        deployment_seconds=dice.choice([0, 5]),
        delete_lag_seconds=dice.choice([0, 5]),
        link_lag_seconds=dice.choice([0, 15]),
    )


def several(seed: int, told: Callable[[str], Undisturbed], folder: Path) -> list[str]:
    """What is wrong once the runs after the struck one have ended well, or have not."""
    dice = Random(seed)
    name = dice.choice(SWEPT)
    expected = told(name)
    with lab(folder, STORIES[name].project, manners(dice), tempo=BRISK) as it:
        it.fill(expected.before)
        for fault in dice.sample(FAULTS, dice.choice([2, 3])):
            nth, times = dice.randint(1, expected.requests), dice.choice([1, 1, 2, 3])
            it.emulator.faults.add(replace(fault, nth=nth, times=times))
        it.run(*APPLY)
        struck = bool(it.emulator.faults.consumed)
        if dice.random() < 0.5:
            it.forget()
        it.calm()
        for _ in range(MOST_RUNS):
            if it.run(*APPLY).code == 0:
                break
        return [*standing(it, 0, expected), *([] if struck else ["no fault struck"])]


@pytest.mark.fault("F2", "F39")
@pytest.mark.parametrize("seed", range(4))
def test_several_faults_in_one_run_are_made_good(
    seed: int, told: Callable[[str], Undisturbed], tmp_path: Path
) -> None:
    assert [] == several(seed, told, tmp_path)


@pytest.mark.fault("F2", "F39")
@pytest.mark.sweep
def test_many_pairs_and_triples_of_faults_are_made_good(
    told: Callable[[str], Undisturbed], tmp_path: Path, tally: Callable[..., None]
) -> None:
    failures = {seed: several(seed, told, tmp_path / str(seed)) for seed in range(4, SEEDS)}
    tally("two or three faults in one run", failures)

    assert {} == {seed: found for seed, found in failures.items() if found}
