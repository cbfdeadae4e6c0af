"""What a row is, and the texts in it that become tokens; a row of any shape is looked at safely."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import orjson

from reconciler.manifest.row_tokens import reasoned, tools_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

PAIR = ("input", "preferred_output", "non_preferred_output")
NO_ROLE = "(none)"
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Trait:
    """A message has it in ``field`` if ``holds`` says so, a row at its top under ``key`` if any."""

    field: str
    holds: Callable[[Any], bool]
    key: str | None = None

    def rows(self, objects: Sequence[Row], talks: Sequence[list[Any]]) -> int:
        """How many rows have it; ``talks`` are the messages of each."""
        both = zip(objects, talks, strict=True)
        return sum(self.key in row or any(map(self.holds, talk)) for row, talk in both)


def form_of(row: Row) -> tuple[str, list[Any]]:
    """What kind of row it is, and all its messages."""
    messages = row.get("messages")
    if type(messages) is list:
        return "chat", messages
    if PAIR[0] in row:
        given = row[PAIR[0]]
        parts = [given.get("messages") if type(given) is dict else None]
        return "preference", _joined([*parts, row.get(PAIR[1]), row.get(PAIR[2])])
    if type(row.get("samples")) is list:
        samples = (sample for sample in row["samples"] if type(sample) is dict)
        return "samples", _joined([sample.get("messages") for sample in samples])
    return ("completion" if "prompt" in row and "completion" in row else "template"), []


def _joined(parts: list[Any]) -> list[Any]:
    return [message for part in parts if type(part) is list for message in part]


def role_of(message: Any) -> str:
    """``NO_ROLE`` where it has none."""
    role = message.get("role") if type(message) is dict else None
    return role if type(role) is str else NO_ROLE


def _calls(message: Any) -> bool:
    return type(message) is dict and bool(message.get("tool_calls"))


def _reasons(message: Any) -> bool:
    return type(message) is dict and bool(message.get("reasoning_content"))


def _shows(message: Any) -> bool:
    content = message.get("content") if type(message) is dict else None
    if type(content) is not list:
        return False
    return "image_url" in [part.get("type") for part in content if type(part) is dict]


TRAITS = MappingProxyType(
    {
        "tools": Trait("tool_calls", _calls, "tools"),
        "reasoning": Trait("reasoning_content", _reasons),
        "images": Trait("content", _shows),
    }
)
"""What a row may hold besides text, by the name it is counted under."""


def texts_of(row: Row) -> list[str]:
    """Everything in a row that becomes tokens, each once, images aside."""
    form, messages = form_of(row)
    if not messages and form in ("completion", "template"):
        return [text for text in row.values() if type(text) is str]
    found = [text for message in messages for text in message_texts(message)]
    tools = tools_of(row)
    return [*found, json_text(tools)] if tools else found


def chats_of(row: Row) -> list[list[Any]]:
    """The conversations that training reads of a row at most, as often as it reads them: a pair of
    answers follows the same question twice. A row without messages is one of none."""
    form, messages = form_of(row)
    if form == "chat":
        return [messages] * reasoned(messages)
    if form == "preference":
        asked = row[PAIR[0]].get("messages") if type(row[PAIR[0]]) is dict else None
        return [_joined([asked, row.get(answers)]) for answers in PAIR[1:]]
    if form == "samples":
        samples = (sample for sample in row["samples"] if type(sample) is dict)
        return [_joined([sample.get("messages")]) for sample in samples]
    return [[]]


def json_text(value: Any, option: int = 0) -> str:
    """As orjson writes it; "" for what is nested deeper than it writes."""
    try:
        return orjson.dumps(value, option=option).decode()
    except orjson.JSONEncodeError:
        return ""


def message_texts(message: Any) -> list[str]:
    """Everything in a message that becomes tokens."""
    return list(_texts(message)) if type(message) is dict else []


def calls_of(message: Any) -> int:
    """The tool calls in a message; the result of one counts like one."""
    if type(message) is not dict:
        return 0
    calls = message.get("tool_calls")
    return len(calls) if type(calls) is list else int(message.get("role") == "tool")


def image_sizes(message: Any) -> list[int]:
    """How many characters each image of a message has."""
    if type(message) is not dict:
        return []
    holders = (part.get("image_url") for part in _parts(message))
    urls = (holder.get("url") for holder in holders if type(holder) is dict)
    return [len(url) for url in urls if type(url) is str]


def _texts(message: Row) -> Iterator[str]:
    for name in ("content", "reasoning_content"):
        if type(message.get(name)) is str:
            yield message[name]
    yield from (part["text"] for part in _parts(message) if type(part.get("text")) is str)
    calls = message.get("tool_calls")
    for call in calls if type(calls) is list else ():
        function = call.get("function") if type(call) is dict else None
        if type(function) is dict:
            values = (function.get("name"), function.get("arguments"))
            yield from (value for value in values if type(value) is str)


def _parts(message: Row) -> list[Row]:
    content = message.get("content")
    if type(content) is not list:
        return []
    return [part for part in content if type(part) is dict]
