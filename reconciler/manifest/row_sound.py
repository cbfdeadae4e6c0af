"""Says quickly whether a row is surely right; what is wrong with another one, its shape tells."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from reconciler.manifest.row_shapes import DPO_FIELDS, IMAGE, MESSAGE_FIELDS, ROLES

_ROLES = frozenset(ROLES)
_PAIR = ("preferred_output", "non_preferred_output")


def plain_roles(messages: Any) -> tuple[str, ...] | None:
    """The roles of a sound list of messages, where each is a role and text and nothing else."""
    if not messages:
        return None
    try:
        roles = tuple([m["role"] for m in messages if len(m) == 2 and type(m["content"]) is str])
        return roles if len(roles) == len(messages) and _in_order(roles) else None
    except (KeyError, TypeError):
        return None


@lru_cache(1024)
def _in_order(roles: tuple[Any, ...]) -> bool:
    """Most rows of a file have one of a few patterns."""
    return _ROLES.issuperset(roles) and "system" not in roles[1:]


def sound_chat(row: dict[str, Any], roles: tuple[str, ...] | None) -> bool:
    """``roles`` is what ``plain_roles`` said of the row's messages."""
    if roles is None and not _sound_each(row.get("messages")):
        return "messages" not in row and _sound_pair(row)
    return "tools" not in row or _sound_tools(row["tools"])


def sound_completion(row: dict[str, Any], _roles: tuple[str, ...] | None) -> bool:
    return len(row) == 2 and type(row.get("prompt")) is type(row.get("completion")) is str


def sound_samples(row: dict[str, Any], _roles: tuple[str, ...] | None) -> bool:
    samples = row.get("samples")
    return type(samples) is list and samples != [] and all(map(_sound_sample, samples))


def _sound_sample(sample: Any) -> bool:
    return (
        type(sample) is dict
        and type(sample.get("metric", 0)) in (int, float)
        and _sound_messages(sample.get("messages"))
    )


def _sound_pair(row: dict[str, Any]) -> bool:
    given = row.get("input")
    if row.keys() != DPO_FIELDS or type(given) is not dict:
        return False
    messages: Any = given.get("messages")
    if not _sound_messages(messages) or ("tools" in given and not _sound_tools(given["tools"])):
        return False
    roles = [message["role"] for message in messages]
    if "assistant" in roles or roles.count("user") > 1:
        return False
    return all(map(_sound_answer, map(row.__getitem__, _PAIR)))


def _sound_answer(output: Any) -> bool:
    return _sound_messages(output) and len(output) == 1 and output[0]["role"] == "assistant"


def _sound_messages(messages: Any) -> bool:
    return plain_roles(messages) is not None or _sound_each(messages)


def _sound_each(messages: Any) -> bool:
    if not messages or type(messages) is not list:
        return False
    for message in messages:
        if type(message) is not dict or message.get("role") not in ROLES:
            return False
        if len(message) == 2 and type(message.get("content")) is str:
            continue
        if not _sound_message(message):
            return False
    return _in_order(tuple([message["role"] for message in messages]))


def _sound_message(message: dict[str, Any]) -> bool:
    """Of a message with one of the roles."""
    weight = message.get("weight", 1)
    return (
        message.keys() <= MESSAGE_FIELDS
        and type(weight) is int
        and weight in (0, 1)
        and type(message.get("reasoning_content") or "") is str
        and _sound_calls(message.get("tool_calls"))
        and _sound_content(message)
    )


def _sound_content(message: dict[str, Any]) -> bool:
    content = message.get("content")
    if content is None:
        return message["role"] == "assistant" and bool(message.get("tool_calls"))
    return type(content) is str or (type(content) is list and all(map(_sound_part, content)))


def _sound_part(part: Any) -> bool:
    if type(part) is not dict:
        return False
    if part.get("type") == "text":
        return type(part.get("text")) is str
    holder = part.get("image_url")
    url = holder.get("url") if type(holder) is dict else None
    return part.get("type") == "image_url" and type(url) is str and bool(IMAGE.match(url))


def _sound_calls(calls: Any) -> bool:
    return calls is None or (type(calls) is list and calls != [] and all(map(_sound_call, calls)))


def _sound_call(call: Any) -> bool:
    function = call.get("function") if type(call) is dict else None
    return (
        type(function) is dict
        and type(function.get("name")) is type(function.get("arguments")) is str
    )


def _sound_tools(tools: Any) -> bool:
    return type(tools) is list and all(
        type(tool) is dict
        and type(function := tool.get("function")) is dict
        and type(function.get("name")) is str
        for tool in tools
    )
