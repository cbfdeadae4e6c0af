"""What a chat template puts around the texts of a row, in tokens: an allowance, for none is run.

A template is a program in a model's folder. To run it, even in a sandbox, for the sake of an
estimate is not worth it: the platform does not promise to use it either (``jinjaTemplate``).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import orjson

from reconciler.data.forms import (
    calls_of,
    chats_of,
    image_sizes,
    json_text,
    message_texts,
    texts_of,
)
from reconciler.manifest.row_tokens import PREAMBLE, image_tokens, tools_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from reconciler.data.tokenizer import TokenCounter

Row = dict[str, Any]
Chats = list[list[Any]]


@dataclass(frozen=True, slots=True)
class Frame:
    """Tokens of a template at most. ``mark`` is one token in the vocabularies that it is for.

    ``row``: before the first message, a system message of its own included; ``tools``: what
    introduces them; ``message``: the header with the role and the end; ``call``: around a tool call
    or its result; ``thought``: around reasoning.
    """

    mark: str
    row: int
    tools: int
    message: int
    call: int
    thought: int


FRAMES = (
    Frame("<|channel|>", row=PREAMBLE, tools=13, message=6, call=21, thought=6),
    Frame("<|start_header_id|>", row=26, tools=56, message=6, call=8, thought=0),
    Frame("<|im_start|>", row=21, tools=78, message=5, call=12, thought=5),
    Frame("<start_of_turn>", row=2, tools=78, message=6, call=12, thought=5),
)
"""The published templates of gpt-oss (``chat_template.jinja``), Llama 3.1 to 3.3, Qwen 2.5 and 3,
Gemma 2 and 3 (``chat_template`` of their ``tokenizer_config.json``): what they say themselves,
counted in the vocabularies of Llama 3 and Qwen. Gemma's has no tools; Qwen's stands for it."""

WIDEST = Frame("", row=PREAMBLE, tools=78, message=6, call=21, thought=6)
"""For vocabularies of other families."""


def frame_of(counter: TokenCounter) -> Frame:
    """The frame of the family that a vocabulary is of. Raises ReconcilerError."""
    marks = counter.count([frame.mark for frame in FRAMES])
    known = (frame for frame, tokens in zip(FRAMES, marks, strict=True) if tokens == 1)
    return next(known, WIDEST)


@dataclass(frozen=True, slots=True)
class Counts:
    """Tokens of rows: of their texts alone, and at most, in a chat template."""

    texts: int = 0
    framed: int = 0


def count_rows(rows: Sequence[Row], counter: TokenCounter, frame: Frame) -> list[Counts]:
    """Of each row, all asked for at once. Raises ReconcilerError."""
    plain = _counted(map(texts_of, rows), counter)
    chats = [chats_of(row) for row in rows]
    longer = [_spelt_out(*pair) for pair in zip(rows, chats, strict=True)]
    more = iter(_counted((texts for texts in longer if texts is not None), counter))
    found = []
    for row, said, tokens, texts in zip(rows, chats, plain, longer, strict=True):
        most = tokens if texts is None else max(next(more), tokens)
        found.append(Counts(tokens, most + _allowance(row, said, frame)))
    return found


def _counted(texts: Iterable[Sequence[str]], counter: TokenCounter) -> list[int]:
    """The tokens of several texts of each of several rows, in one question."""
    asked = list(texts)
    counts = iter(counter.count([text for each in asked for text in each]))
    return [sum(next(counts) for _ in each) for each in asked]


def _spelt_out(row: Row, chats: Chats) -> list[str] | None:
    """The texts of a row as the longest template writes them; None where that is ``texts_of``.

    Llama 3.1's writes tools with indents, and the arguments and results of calls as JSON texts.
    """
    tools = tools_of(row)
    if len(chats) == 1 and not tools and not any(map(calls_of, chats[0])):
        return None
    shown = [json_text(tools, orjson.OPT_INDENT_2)] if tools else []
    return [text for chat in chats for text in (*_spelt(chat), *shown)]


def _spelt(chat: Iterable[Any]) -> Iterator[str]:
    for message in chat:
        texts = message_texts(message)
        yield from map(json_text, texts) if calls_of(message) else texts


def _allowance(row: Row, chats: Chats, frame: Frame) -> int:
    tools = frame.tools if tools_of(row) else 0
    within = sum(_around(message, frame) for chat in chats for message in chat)
    return within + len(chats) * (frame.row + tools)


def _around(message: Any, frame: Frame) -> int:
    tokens = frame.message + frame.call * calls_of(message)
    if type(message) is dict:
        tokens += frame.thought if message.get("reasoning_content") else 0
        tokens += sum(map(image_tokens, image_sizes(message)))
    return tokens
