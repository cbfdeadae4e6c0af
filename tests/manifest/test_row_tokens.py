"""Tokens guessed from the bytes of rows: the band holds what real templates make of them."""

from __future__ import annotations

import json

import pytest

from reconciler.manifest.row_columns import rows_of
from reconciler.manifest.row_tokens import (
    BYTES_BAND,
    PREAMBLE,
    Guess,
    of_bytes,
    of_rows,
)
from tests.data.rendered_chats import CHATS, PAIR, REASONED, said


def guessed(*rows: object, tight: bool = False) -> Guess:
    separators = (",", ":") if tight else None
    lines = [json.dumps(row, separators=separators).encode() + b"\n" for row in rows]
    objects = [json.loads(line) for line in lines]
    return of_rows(rows_of(1, b"".join(lines), lines, objects)).tokens


@pytest.mark.parametrize("name", CHATS)
def test_real_vocabularies_and_templates_lie_in_the_band(name: str) -> None:
    """``tokens`` were counted once with the vocabularies of Llama 3 and Qwen."""
    found = guessed(CHATS[name].row, tight=True)

    assert max(CHATS[name].tokens) <= found.high
    assert found.low <= min(tokens for tokens in CHATS[name].tokens if tokens)


def test_plain_chats_are_their_bytes_and_what_templates_begin_with() -> None:
    row = {"messages": [said("user", "hello"), said("assistant", "hi")]}
    size = len(json.dumps(row)) + 1

    assert of_bytes(2 * size, rows=2) == guessed(row, row)


def test_rows_of_all_forms_together_are_what_each_is_alone() -> None:
    rows = [chat.row for chat in CHATS.values()]
    alone = [guessed(row) for row in rows]
    together = guessed(*rows)

    assert sum(each.low for each in alone) == pytest.approx(together.low)
    assert sum(each.high for each in alone) == pytest.approx(together.high)


@pytest.mark.parametrize("left_out", [("reasoning",), ("reasoning", "preference")])
def test_the_quick_way_counts_as_the_careful_one(left_out: tuple[str, ...]) -> None:
    rows = [chat.row for name, chat in CHATS.items() if name not in left_out]

    assert sum(guessed(row).high for row in rows) == pytest.approx(guessed(*rows).high)


def test_a_question_with_two_answers_is_read_twice() -> None:
    _, least = BYTES_BAND
    pair = {**PAIR.row, "input": {"messages": PAIR.row["input"]["messages"]}}

    assert 2 * (len(json.dumps(pair)) + 1) / least + PREAMBLE == guessed(pair).high


def test_a_chat_is_read_once_for_each_of_its_thoughts() -> None:
    _, least = BYTES_BAND

    assert 2 * (len(json.dumps(REASONED.row)) + 1) / least + PREAMBLE == guessed(REASONED.row).high


@pytest.mark.parametrize(
    "text",
    [
        "data:image/png;base64,",
        '<img src="data:image/png;base64,',
        '"url": "data:image/png;base64,',
    ],
    ids=["alone", "of a page", "of JSON"],
)
def test_base64_in_a_text_is_read_as_text(text: str) -> None:
    row = {"prompt": "Describe: " + text + "A" * 16_000, "completion": "a dot"}

    assert of_bytes(len(json.dumps(row)) + 1, rows=1) == guessed(row)


def test_an_image_is_not_read_as_text() -> None:
    def vision(size: int) -> dict[str, object]:
        url = {"url": "data:image/png;base64," + "A" * size}
        return {
            "messages": [{"role": "user", "content": [{"type": "image_url", "image_url": url}]}]
        }

    small, large, huge = (guessed(vision(size)) for size in (16, 16_000, 16_000_000))

    assert small.low == large.low == huge.low
    assert 999 == round(large.high - small.high)
    assert 16_384 - 5 == round(huge.high - small.high)
