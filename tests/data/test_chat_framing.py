"""What a tokenizer counts of a row holds what a published chat template makes of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from reconciler.data.framing import FRAMES, WIDEST, Frame, count_rows, frame_of
from reconciler.data.tokenizer import LIBRARY, FileTokenizer
from tests.data.rendered_chats import CHATS, PAIR, SYSTEM, said

if TYPE_CHECKING:
    from collections.abc import Sequence

tokenizers = pytest.importorskip(LIBRARY)

PIECES = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}"
    r"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)
"""How Llama 3's and Qwen's tokenizers cut a text; here each piece is one token."""
SPECIAL = {
    "llama": ["<|begin_of_text|>", "<|start_header_id|>", "<|end_header_id|>", "<|eot_id|>"],
    "qwen": ["<|im_start|>", "<|im_end|>", "<tool_call>", "</tool_call>", "<think>", "</think>"],
}


def tokenizer(family: str) -> FileTokenizer:
    made = tokenizers.Tokenizer(tokenizers.models.WordLevel({"[UNK]": 0}, unk_token="[UNK]"))
    cut = tokenizers.Regex(PIECES)
    made.pre_tokenizer = tokenizers.pre_tokenizers.Split(cut, "isolated")
    made.add_special_tokens(SPECIAL.get(family, []))
    return FileTokenizer(made, "tokenizer.json")


@pytest.mark.parametrize("name", CHATS)
@pytest.mark.parametrize("family", SPECIAL)
def test_what_a_real_template_makes_of_a_row_lies_between_both_ends(family: str, name: str) -> None:
    counter, chat = tokenizer(family), CHATS[name]
    [found] = count_rows([chat.row], counter, frame_of(counter))
    real = sum(counter.count(getattr(chat, family)))

    assert found.texts <= (real or found.texts)
    assert real <= found.framed


@pytest.mark.parametrize(
    ("family", "mark"), [("llama", "<|start_header_id|>"), ("qwen", "<|im_start|>"), ("other", "")]
)
def test_the_family_is_told_by_the_vocabulary(family: str, mark: str) -> None:
    assert mark == frame_of(tokenizer(family)).mark


def test_an_unknown_family_is_given_the_most_of_all() -> None:
    parts = ("row", "tools", "message", "call", "thought")

    assert all(getattr(WIDEST, part) >= getattr(frame, part) for frame in FRAMES for part in parts)


ONE_EACH = Frame("", row=1, tools=10, message=100, call=1_000, thought=10_000)


def framed(row: dict[str, Any]) -> int:
    """What is allowed for besides the texts, of a tokenizer that finds none."""

    class Nothing:
        name = "nothing"

        def count(self, texts: Sequence[str]) -> list[int]:
            return [0 for _ in texts]

    return count_rows([row], Nothing(), ONE_EACH)[0].framed


def test_every_message_has_its_frame() -> None:
    assert 301 == framed(SYSTEM.row)


def test_both_answers_of_a_pair_follow_the_question() -> None:
    assert 2 * 201 == framed(PAIR.row)


def test_an_image_counts_at_most_what_its_pixels_can_make() -> None:
    image = {"type": "image_url", "image_url": {"url": "data:image/png;base64," + "A" * 10_000_000}}
    row = {"messages": [said("user", ""), {"role": "user", "content": [image]}]}

    assert 201 + 16_384 == framed(row)


def test_a_row_of_any_shape_is_counted() -> None:
    rows: list[dict[str, Any]] = [
        {"messages": [7, None, {"role": "tool"}, {"tool_calls": [3]}]},
        {"input": 5, "preferred_output": {}},
        {"samples": [{"messages": 1}, 2]},
        {"anything": 1, "tools": 5},
    ]

    assert [2_401, 2, 1, 11] == [framed(row) for row in rows]
