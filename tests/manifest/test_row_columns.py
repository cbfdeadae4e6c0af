"""What columns prove of many rows is what a look at each of them finds."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from reconciler.data.profile import Profile
from reconciler.manifest.row_blocks import Rows
from reconciler.manifest.row_columns import columns_of, fit, rows_of
from reconciler.manifest.row_images import text_sizes
from reconciler.manifest.row_shapes import Shapes
from reconciler.manifest.row_summary import Summing
from tests.manifest.odd_rows import ANSWER, RIGHT, USER, Row, changed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

FORMATS = {
    "chat": "CHAT",
    "preference": "CHAT",
    "completion": "COMPLETION",
    "samples": "RL",
    "template": None,
}
SHAPES: dict[str, Callable[[Shapes, Row], None]] = {
    "CHAT": Shapes.chat,
    "COMPLETION": Shapes.completion,
    "RL": Shapes.samples,
}


@pytest.mark.parametrize("form", RIGHT)
def test_right_rows_of_a_form_are_proved_right_together(form: str) -> None:
    columns = columns_of(RIGHT[form])

    assert columns
    assert form == columns.form
    assert fit(columns, FORMATS[form])


@pytest.mark.parametrize("format_name", SHAPES)
@pytest.mark.parametrize("form", RIGHT)
def test_nothing_is_wrong_with_what_columns_prove_right(form: str, format_name: str) -> None:
    proved = [rows for rows in with_a_change(form) if fit(columns_of(rows), format_name)]

    assert [] == [rows for rows in proved if any(wrong(row, format_name) for row in rows)]


@pytest.mark.parametrize("form", RIGHT)
def test_what_columns_tell_of_rows_is_what_each_row_tells(form: str) -> None:
    for objects in with_a_change(form):
        lines = [json.dumps(row).encode() + b"\n" for row in objects]
        text = b"".join(lines)
        unknown = Rows(1, lines, objects, None, *text_sizes(text, lines))

        assert facts(unknown) == facts(rows_of(1, text, lines, objects))


def test_an_answer_in_the_question_is_not_the_one_that_lacks() -> None:
    pair = {
        "input": {"messages": [ANSWER]},
        "preferred_output": [USER],
        "non_preferred_output": [ANSWER],
    }

    assert columns_of([pair]) is None


def with_a_change(form: str) -> Iterator[list[Row]]:
    """A row with one thing changed, alone and behind the right one."""
    for row in RIGHT[form]:
        for other in changed(row):
            yield [other]
            yield [row, other]


def wrong(row: Row, format_name: str) -> list[object]:
    """What the careful way says of a row."""
    said: list[object] = []
    SHAPES[format_name](Shapes(lambda *what: said.append(what), lambda _, k: said.extend(k)), row)
    return said


def facts(rows: Rows) -> tuple[Any, ...]:
    """All that is made of rows that were read."""
    summing, profile = Summing(), Profile()
    summing.see(rows)
    profile.see(rows)
    counts = (profile.forms, profile.roles, profile.messages(), profile.tokens())
    return summing.summary(), *counts
