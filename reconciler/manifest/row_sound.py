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
    if roles is None and sound_roles(row.get("messages")) is None:
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
    if "tools" in given and not _sound_tools(given["tools"]):
        return False
    messages: Any = given.get("messages")
    outputs = [row[name] for name in _PAIR]
    if not all(type(each) is list for each in (messages, *outputs)):
        return False
    if list(map(len, outputs)) != [1, 1]:
        return False
    together = [*messages, *outputs[0], *outputs[1]]
    roles = plain_roles(together) or sound_roles(together)
    return roles is not None and _is_turn(roles)


@lru_cache(1024)
def _is_turn(roles: tuple[str, ...]) -> bool:
    """Of a prompt and two answers: only those are the assistant's, and the user speaks once."""
    *given, preferred, other = roles
    answered = preferred == other == "assistant"
    return answered and bool(given) and "assistant" not in given and given.count("user") <= 1


def _sound_messages(messages: Any) -> bool:
    return plain_roles(messages) is not None or sound_roles(messages) is not None


def sound_roles(messages: Any) -> tuple[str, ...] | None:
    """The roles of a sound list of messages of any kind."""
    if not messages or type(messages) is not list:
        return None
    roles = []
    try:
        for message in messages:
            roles.append(message["role"])
            if len(message) == 2 and type(message["content"]) is str:
                continue
            if not _sound_message(message):
                return None
        return found if _in_order(found := tuple(roles)) else None
    except (KeyError, TypeError):
        return None


def _sound_message(message: dict[str, Any]) -> bool:
    """Of a message with one of the roles."""
    return (
        ("tool_calls" not in message or _sound_calls(message["tool_calls"]))
        and ("weight" not in message or _sound_weight(message["weight"]))
        and ("reasoning_content" not in message or _sound_reason(message["reasoning_content"]))
        and message.keys() <= MESSAGE_FIELDS
        and _sound_content(message)
    )


def _sound_reason(text: Any) -> bool:
    return type(text or "") is str


def _sound_weight(weight: Any) -> bool:
    return type(weight) is int and weight in (0, 1)


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
    if calls is None:
        return True
    if type(calls) is not list:
        return False
    try:  # only an object has text for a key
        for call in calls:
            function = call["function"]
            if type(function["name"]) is not str or type(function["arguments"]) is not str:
                return False
    except (KeyError, TypeError):
        return False
    return bool(calls)


def _sound_tools(tools: Any) -> bool:
    if type(tools) is not list:
        return False
    try:
        for tool in tools:
            if type(tool["function"]["name"]) is not str:
                return False
    except (KeyError, TypeError):
        return False
    return True
