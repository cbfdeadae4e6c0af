"""Asks of the messages of many rows at once whether they are right, for ``row_columns``."""

from __future__ import annotations

from itertools import chain, compress, repeat
from operator import eq, is_, itemgetter
from types import NoneType
from typing import TYPE_CHECKING, Any

from reconciler.manifest.row_blocks import Columns
from reconciler.manifest.row_shapes import IMAGE, MESSAGE_FIELDS, ROLES

if TYPE_CHECKING:
    from collections.abc import Iterable

    from reconciler.manifest.row_blocks import Row, Talk

_ROLES = frozenset(ROLES)
_SPOKEN = frozenset(("role", "content"))
_TEXT, _TEXT_OR_NONE = frozenset((str,)), frozenset((str, NoneType))

_FIRST, _ROLE = itemgetter(0), itemgetter("role")
_TYPE, _TEXT_OF, _IMAGE_OF, _URL = map(itemgetter, ("type", "text", "image_url", "url"))
_FUNCTION, _NAME, _ARGUMENTS = map(itemgetter, ("function", "name", "arguments"))


def talk_columns(
    form: str, keys: frozenset[str], talks: list[Talk], *, alone: bool
) -> Columns | None:
    """``alone``: the rows have nothing but these talks."""
    if not all_lists(talks):
        return None
    messages = list(chain.from_iterable(talks))
    roles = list(map(_ROLE, messages))
    contents = list(map(dict.get, messages, repeat("content")))
    types = set(map(type, contents))
    spoken = types == _TEXT and {2} == set(map(len, messages))
    fields = _SPOKEN if spoken else keys_of(messages)
    if not (
        _in_order(roles, talks)
        and (types == _TEXT or _sound_contents(messages, contents, types))
        and (spoken or (fields <= MESSAGE_FIELDS and _sound_fields(messages, fields)))
    ):
        return None
    fields -= {"role"} if list in types else _SPOKEN
    return Columns(form, keys, talks, roles, fields, plain=alone and spoken)


def keys_of(objects: Iterable[Row]) -> frozenset[str]:
    """Those of any of them. A set takes over a dict's own hashes."""
    return frozenset().union(*objects)


def all_lists(values: Iterable[Any]) -> bool:
    """Whether each is a list with something in it."""
    found = list(values)
    return {list} == set(map(type, found)) and all(found)


def each_under(objects: Iterable[Row], key: str) -> list[Any]:
    """The values under a key that some of them have."""
    return [each[key] for each in objects if key in each]


def _in_order(roles: list[str], talks: list[Talk]) -> bool:
    """Known roles, and the system's message comes first or not at all."""
    found = set(roles)
    if "system" not in found:
        return found <= _ROLES
    first = list(map(_ROLE, map(_FIRST, talks)))
    return found <= _ROLES and roles.count("system") == first.count("system")


def _sound_contents(messages: list[Row], contents: list[Any], types: set[type]) -> bool:
    """Text, or parts, or nothing where the assistant calls a tool."""
    silent = compress(messages, map(is_, contents, repeat(None)))
    parts = chain.from_iterable(each for each in contents if type(each) is list)
    return (
        types <= {str, list, NoneType}
        and all(m["role"] == "assistant" and m.get("tool_calls") for m in silent)
        and (list not in types or _sound_parts(list(parts)))
    )


def _sound_parts(parts: list[Row]) -> bool:
    kinds = list(map(_TYPE, parts))
    texts = map(_TEXT_OF, compress(parts, map(eq, kinds, repeat("text"))))
    holders = map(_IMAGE_OF, compress(parts, map(eq, kinds, repeat("image_url"))))
    return (
        {"text", "image_url"}.issuperset(kinds)
        and {str}.issuperset(map(type, texts))
        and all(map(IMAGE.match, map(_URL, holders)))
    )


def _sound_fields(messages: list[Row], fields: frozenset[str]) -> bool:
    """What may stand in a message besides role and content."""
    if "weight" in fields:
        weights = each_under(messages, "weight")
        if {int} != set(map(type, weights)) or not {0, 1} >= set(weights):
            return False
    if "reasoning_content" in fields:
        thoughts = each_under(messages, "reasoning_content")
        if not set(map(type, thoughts)) <= _TEXT_OR_NONE:
            return False
    return "tool_calls" not in fields or _sound_calls(each_under(messages, "tool_calls"))


def _sound_calls(values: list[Any]) -> bool:
    calls = [value for value in values if value is not None]
    if not calls:
        return True
    functions = list(map(_FUNCTION, chain.from_iterable(calls)))
    return (
        all_lists(calls)
        and {
            *map(type, map(_NAME, functions)),
            *map(type, map(_ARGUMENTS, functions)),
        }
        == _TEXT
    )


def sound_tools(values: list[Any]) -> bool:
    functions = map(_FUNCTION, chain.from_iterable(values))
    return {list} == set(map(type, values)) and set(map(type, map(_NAME, functions))) <= _TEXT
