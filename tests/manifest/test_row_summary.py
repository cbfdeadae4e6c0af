"""What jobs ask of a dataset's rows: which keys stand where, how long rows are, what trains."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.manifest.row_images import text_sizes
from reconciler.manifest.row_summary import LONGEST, RowSummary
from reconciler.manifest.rows import check_rows

if TYPE_CHECKING:
    from pathlib import Path


def summary(folder: Path, *rows: Any) -> RowSummary:
    file = folder / "rows.jsonl"
    file.write_bytes(b"".join(json.dumps(row).encode() + b"\n" for row in rows))
    with io.FileIO(file) as raw:
        return check_rows(raw, "rows.jsonl", None).summary


def chat(*messages: dict[str, Any]) -> dict[str, Any]:
    return {"messages": [{"role": "user", "content": "q"}, *messages]}


def test_a_key_that_every_row_has_is_lacking_nowhere(tmp_path: Path) -> None:
    assert 0 == summary(tmp_path, {"a": 1, "b": 2}, {"b": 1, "a": 2}).lacking("a")


def test_the_first_row_without_a_key_is_known(tmp_path: Path) -> None:
    assert 2 == summary(tmp_path, {"a": 1, "b": 2}, {"b": 1}, {"c": 1}).lacking("a")


def test_keys_in_another_order_are_the_same_keys(tmp_path: Path) -> None:
    assert ((("a", "b"), 1),) == summary(tmp_path, {"a": 1, "b": 2}, {"b": 1, "a": 2}).keys


def test_long_rows_are_known_longest_first(tmp_path: Path) -> None:
    found = summary(tmp_path, {"a": "x"}, {"a": "x" * 400}, {"a": "x" * 800})

    assert [3, 2] == [row for _, row in found.longer_than(50)]


def test_of_many_rows_the_longest_are_kept(tmp_path: Path) -> None:
    found = summary(tmp_path, *({"a": "x" * size} for size in range(3 * LONGEST)))

    assert list(range(3 * LONGEST, 2 * LONGEST, -1)) == [row for _, row in found.longest]


@pytest.mark.parametrize(
    ("row", "trained"),
    [
        (chat({"role": "assistant", "content": "a"}), True),
        (chat({"role": "assistant", "content": "a"}, {"role": "user", "content": "b"}), True),
        (chat({"role": "assistant", "content": "a", "weight": 1}), True),
        (chat({"role": "assistant", "content": "a", "weight": 0}), False),
        (chat(), False),
        ({"messages": "broken"}, True),
        ({"prompt": "p"}, True),
    ],
)
def test_a_chat_is_trained_on_when_an_assistant_message_counts(
    tmp_path: Path, row: dict[str, Any], trained: bool
) -> None:
    assert (0 if trained else 1) == summary(tmp_path, row).untrained


def test_images_are_no_text() -> None:
    rows = [b'{"url":"data:image/png;base64,%s","b":1}\n' % (b"A" * size) for size in (0, 5000)]
    (none, some), images = text_sizes(b"".join(rows), rows)

    assert (len(rows[0]), len(rows[0])) == (none, some)
    assert [0, 5000] == images


DOCUMENTS = st.builds(
    RowSummary,
    st.lists(st.tuples(st.lists(st.text()).map(tuple), st.integers(1)), max_size=3).map(tuple),
    st.lists(st.tuples(st.integers(0), st.integers(1)), max_size=3).map(tuple),
    st.integers(0),
    st.integers(0),
)


@given(found=DOCUMENTS)
def test_a_summary_survives_being_kept(found: RowSummary) -> None:
    assert found == RowSummary.from_document(json.loads(json.dumps(found.document())))


@pytest.mark.parametrize("document", [{}, {"keys": 3}, {"keys": [], "longest": [[1]]}])
def test_what_is_no_summary_is_not_read_as_one(document: dict[str, Any]) -> None:
    assert RowSummary.from_document(document) is None
