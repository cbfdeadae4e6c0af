"""What is counted in the rows of a dataset, row by row."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.data.facts import Found, Spread
from reconciler.data.forms import NO_ROLE, texts_of
from reconciler.data.framing import FRAMES
from reconciler.data.profile import Profile
from reconciler.manifest.row_columns import rows_of
from reconciler.manifest.row_hash import row_hash
from reconciler.manifest.row_tokens import Guess

if TYPE_CHECKING:
    from collections.abc import Sequence


class Words:
    """A tokenizer whose tokens are words."""

    name = "words.json"

    def count(self, texts: Sequence[str]) -> list[int]:
        return [len(text.split()) for text in texts]


def seen(*rows: Any, **options: Any) -> Profile:
    profile = Profile(**options)
    for number, row in enumerate(rows, 1):
        line = json.dumps(row).encode()
        profile.see(rows_of(number, line, [line], [row]))
    return profile


def message(role: str = "user", content: Any = "hi", **more: Any) -> dict[str, Any]:
    return {"role": role, "content": content, **more}


def chat(*messages: Any, **more: Any) -> dict[str, Any]:
    return {"messages": list(messages), **more}


IMAGE = {"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}}
CALL = {"type": "function", "function": {"name": "look up", "arguments": "{} {}"}}

FORMS: list[tuple[dict[str, Any], set[str]]] = [
    (chat(message(), message("assistant")), {"chat"}),
    (chat(message(), tools=[]), {"chat", "tools"}),
    (chat(message(content=None, tool_calls=[CALL])), {"chat", "tools"}),
    (chat(message(reasoning_content="hm")), {"chat", "reasoning"}),
    (chat(message(content=[IMAGE])), {"chat", "images"}),
    ({"input": {"messages": [message()]}, "preferred_output": [message()]}, {"preference"}),
    ({"samples": [{"messages": [message()]}]}, {"samples"}),
    ({"prompt": "p", "completion": "c"}, {"completion"}),
    ({"context": "c"}, {"template"}),
]


@pytest.mark.parametrize(("row", "forms"), FORMS)
def test_a_row_is_counted_by_its_form_and_what_it_holds(
    row: dict[str, Any], forms: set[str]
) -> None:
    assert forms == set(seen(row).forms)


def test_messages_are_counted_by_role() -> None:
    profile = seen(chat(message(), message("assistant")), chat(message("tool", weight=1)))

    assert Counter(user=1, assistant=1, tool=1) == profile.roles


def test_the_messages_of_a_row_are_spread() -> None:
    rows = [chat(*[message()] * count) for count in (1, 4, 2)]

    assert Spread(1, 2, 4) == seen(*rows).messages()


ODD: list[Any] = [
    chat("text", 3, None, {}),
    chat({"role": ["user"], "content": "hi"}),
    chat({"role": 3, "content": "hi"}),
    chat(message(content=[3, {"type": 3}])),
    chat(message(tool_calls=[3, {"function": 3}])),
    {"messages": {"role": "user"}},
    {"input": 3, "preferred_output": 3},
    {"samples": [3, {"messages": 3}]},
]


@pytest.mark.parametrize("row", ODD)
def test_a_row_of_any_shape_is_looked_at(row: dict[str, Any]) -> None:
    profile = seen(row, counter=Words())

    assert 1 == len(profile.tokens().histogram)


def test_what_is_no_role_is_counted_as_none() -> None:
    assert {NO_ROLE} == set(seen(chat({"role": 3, "content": "hi"}), chat("text")).roles)


def test_rows_that_stand_twice_are_found_however_they_are_spelt() -> None:
    profile = seen({"a": 1, "b": 2}, {"c": 3}, {"b": 2, "a": 1})

    assert Found(1, (3,)) == profile.duplicates.found


def test_rows_over_a_context_length_are_found() -> None:
    profile = seen({"a": "x"}, {"a": "x" * 400}, limits=[50, 1000])

    assert (Found(1, (2,)), Found()) == (profile.over[50].found, profile.over[1000].found)


def test_rows_of_another_dataset_are_found() -> None:
    profile = seen({"a": 1}, {"a": 2}, others={"Dataset/eval": {row_hash(b'{ "a": 2 }')}})

    assert Found(1, (2,)) == profile.shared["Dataset/eval"].found


def test_without_a_tokenizer_tokens_are_guessed_inside_a_band() -> None:
    tokens = seen({"a": "x" * 992}).tokens(Guess(166.6, 400))

    assert (166, 250, 400, "") == (tokens.low, tokens.total, tokens.high, tokens.counted_by)


def test_a_tokenizer_counts_every_text() -> None:
    tools = chat(
        message("user", "one two"),
        message("assistant", None, tool_calls=[CALL], reasoning_content="a b c"),
    )
    tokens = seen(tools, {"prompt": "one", "completion": "two three"}, counter=Words()).tokens()

    assert (12, 12, "words.json") == (tokens.total, tokens.low, tokens.counted_by)


def test_the_most_of_counted_tokens_has_what_a_chat_template_adds() -> None:
    frame, row = FRAMES[0], chat(message("user", "one two"), message("assistant", "three"))
    tokens = seen(row, row, counter=Words()).tokens()

    assert 2 * (3 + frame.row + 2 * frame.message) == tokens.high


def test_a_tokenizer_is_asked_for_every_row_of_many() -> None:
    assert 1500 == seen(*({"a": "x"} for _ in range(1500)), counter=Words()).tokens().total


def test_the_histogram_has_a_bar_for_each_doubling() -> None:
    bars = seen({"a": ""}, {"a": "x y z"}, {"a": "x " * 9}, counter=Words()).tokens().histogram

    assert [(0, 0, 1), (1, 1, 0), (2, 3, 1), (4, 7, 0), (8, 15, 1)] == [
        (bar.low, bar.high, bar.rows) for bar in bars
    ]


def test_images_are_no_texts() -> None:
    parts = [IMAGE, {"type": "text", "text": "what?"}]

    assert ["what?"] == texts_of(chat(message(content=parts)))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(),
    lambda below: st.lists(below, max_size=3) | st.dictionaries(st.text(), below, max_size=3),
    max_leaves=8,
)


@given(row=st.dictionaries(st.text(), JSON, max_size=4))
def test_spelling_never_changes_the_hash_of_a_row(row: dict[str, Any]) -> None:
    turned = dict(reversed(row.items()))
    spelt = json.dumps(turned, ensure_ascii=False, indent=1).replace("\n", " ").encode()

    assert row_hash(json.dumps(row).encode() + b"\r\n") == row_hash(spelt)
