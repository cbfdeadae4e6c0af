"""Rows that are new or gone, in the words of a plan."""

from __future__ import annotations

import pytest

from reconciler.diff.row_words import input_in_words, rows_in_words
from reconciler.manifest.row_change import RowChange, Rows
from reconciler.ref import ResourceRef

CHAT = ResourceRef("Dataset", "chat")
NONE, ONE, THREE, MANY = Rows(), Rows(1, (9,)), Rows(3, (7, 8, 9)), Rows(4_100, (12, 13, 14))


@pytest.mark.parametrize(
    ("added", "removed", "since", "said"),
    [
        (ONE, NONE, "", "1 row added (row 9)"),
        (NONE, THREE, "4f1c2d9", "3 rows removed (rows 7, 8, 9) since 4f1c2d9"),
        (
            MANY,
            ONE,
            "4f1c2d9",
            "4,100 rows added (rows 12, 13, 14, …), 1 row removed (row 9) since 4f1c2d9",
        ),
        (NONE, NONE, "", "the same rows, ordered or written differently"),
    ],
)
def test_rows_are_counted_and_the_first_are_named(
    added: Rows, removed: Rows, since: str, said: str
) -> None:
    assert said == rows_in_words(RowChange(added, removed, since))


def test_changed_rows_are_named_first() -> None:
    rows = RowChange(MANY, NONE, "4f1c2d9", ONE, THREE)
    said = "1 row changed (row 9), 4,100 rows added (rows 12, 13, 14, …) since 4f1c2d9"

    assert said == rows_in_words(rows)


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (None, "Dataset/chat is new"),
        (RowChange(NONE, NONE), "Dataset/chat is new"),
        (RowChange(ONE, NONE), "Dataset/chat has 1 new row"),
        (RowChange(NONE, THREE), "Dataset/chat lacks 3 rows"),
        (RowChange(NONE, NONE, "", ONE, ONE), "Dataset/chat has 1 changed row"),
        (
            RowChange(MANY, ONE, "", ONE, ONE),
            "Dataset/chat has 4,100 new rows and 1 changed row and lacks 1 row",
        ),
        (RowChange(MANY, ONE), "Dataset/chat has 4,100 new rows and lacks 1 row"),
    ],
)
def test_an_input_is_told_by_what_it_gained_and_lost(rows: RowChange | None, said: str) -> None:
    assert said == input_in_words(CHAT, rows)
