"""A platform that is older or newer than this version: we stop or go on, and never buy twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.whole.other_times import Cell, cells, judged

if TYPE_CHECKING:
    from collections.abc import Callable

SAMPLE = ("quickstart", "fine-tune-and-deploy", "lora-adapter")
EXAMPLES = (*SAMPLE, "custom-model", "dpo", "legacy-fine-tuning", "reinforcement-fine-tuning")
OF_EACH = 4
"""Cells of each example in continuous integration; ``-m sweep`` has all of them."""

pytestmark = pytest.mark.usefixtures("strange_answers")


@pytest.mark.parametrize("example", SAMPLE)
def test_a_field_that_is_not_as_documented_is_survived(example: str) -> None:
    chosen = sorted(cells(example), key=lambda cell: cell.lot)[:OF_EACH]

    assert [] == [f"{cell.name}: {said}" for cell in chosen for said in judged(cell)]


@pytest.mark.parametrize(
    ("field", "mutation"),
    [
        (("supervisedFineTuningJobs", "[]", "name"), "dropped"),
        (("supervisedFineTuningJobs", "[]", "state"), "renamed"),
        (("supervisedFineTuningJobs",), "retyped"),
        (("supervisedFineTuningJobs",), "dropped"),
        (("totalSize",), "retyped"),
    ],
    ids=lambda value: value if isinstance(value, str) else ".".join(value),
)
def test_a_list_of_paid_jobs_that_cannot_be_read_buys_nothing(
    field: tuple[str, ...], mutation: str
) -> None:
    route = "^GET /v1/accounts/acme/supervisedFineTuningJobs$"

    assert [] == judged(Cell("quickstart", "GET", route, field, mutation))


@pytest.mark.sweep
@pytest.mark.parametrize("example", EXAMPLES)
def test_no_field_of_any_answer_is_trusted_blindly(
    example: str, tally: Callable[[str, dict[str, list[str]]], None]
) -> None:
    wrong = {cell.name: judged(cell) for cell in cells(example)}
    tally("platforms from another time", wrong)

    assert {} == {name: said for name, said in wrong.items() if said}
