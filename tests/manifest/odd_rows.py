"""Right rows of every form, and the same rows with one thing in them changed."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Row = dict[str, Any]

FUNCTION = {"name": "t", "arguments": "{}"}
USER = {"role": "user", "content": "q"}
ANSWER = {"role": "assistant", "content": "a"}
SYSTEM = {"role": "system", "content": "s"}
CALL = {"role": "assistant", "content": None, "tool_calls": [{"function": FUNCTION}]}
SPOKEN_CALL = {**CALL, "content": "let me see"}
RESULT = {"role": "tool", "content": "1", "tool_call_id": "c"}
TOOLS = [{"type": "function", "function": {"name": "t"}}]
URL = {"url": "data:image/png;base64,AAAA"}
PARTS = [{"type": "text", "text": "what?"}, {"type": "image_url", "image_url": URL}]
THOUGHT = {**ANSWER, "reasoning_content": "hm"}
PAIR: Row = {
    "input": {"messages": [USER]},
    "preferred_output": [ANSWER],
    "non_preferred_output": [{**ANSWER, "content": "b"}],
}

RIGHT: dict[str, tuple[Row, ...]] = {
    "chat": (
        {"messages": [USER, ANSWER]},
        {"messages": [SYSTEM, USER, ANSWER], "truth": 42},
        {"messages": [USER, {**ANSWER, "weight": 0}, USER, {**ANSWER, "weight": 1}]},
        {"messages": [USER, CALL, RESULT, CALL, RESULT, ANSWER], "tools": TOOLS},
        {"messages": [USER, SPOKEN_CALL, RESULT, SPOKEN_CALL, RESULT, ANSWER]},
        {"messages": [USER, THOUGHT, USER, THOUGHT], "tools": TOOLS},
        {"messages": [{"role": "user", "content": PARTS}, ANSWER]},
        {"messages": [USER, {**ANSWER, "tool_calls": None, "reasoning_content": None}]},
        {"messages": [USER, {**ANSWER, "name": URL}]},
        {"messages": [USER, ANSWER], "input": {"tools": TOOLS}, "link": URL},
    ),
    "preference": (
        PAIR,
        {**PAIR, "input": {"messages": [SYSTEM, USER], "tools": TOOLS}},
        {**PAIR, "preferred_output": [CALL]},
        {**PAIR, "input": {"messages": [USER, RESULT]}},
    ),
    "completion": ({"prompt": "p", "completion": "c"}, {"completion": "d", "prompt": "q"}),
    "samples": (
        {"samples": [{"messages": [USER, ANSWER], "metric": 0.5}]},
        {"samples": [{"messages": [SYSTEM, USER]}, {"messages": [USER, ANSWER], "metric": 1}]},
    ),
    "template": (
        {"context": "c", "answer": "a"},
        {"prompt": "p", "answer": 3, "tools": TOOLS, "link": URL},
    ),
}

VALUES: tuple[Any, ...] = (
    *(None, True, False, 0, 1, 2, 0.5, "", "text", [], ["x"], [[]], [{}], {}, {"name": "t"}, URL),
    *("user", "system", "assistant", "text", "image_url", {}, [{"function": FUNCTION}], PARTS),
)
KEYS = ("extra", "weight", "tool_calls", "tools", "content", "messages", "preferred_output")


def changed(row: Row) -> Iterator[Row]:
    """The row with one value changed, one key more or less, one item more or less."""
    for path in _paths(row):
        *above, last = path
        for value in VALUES:
            found, holder = _copy(row, above)
            holder[last] = copy.deepcopy(value)
            yield found
        found, holder = _copy(row, above)
        del holder[last]
        yield found
    for path in [(), *_paths(row)]:
        yield from _grown(row, path)


def _grown(row: Row, path: tuple[Any, ...]) -> Iterator[Row]:
    found, holder = _copy(row, path)
    if isinstance(holder, list):
        holder.append(copy.deepcopy(holder[0]))
        yield found
        found, holder = _copy(row, path)
        holder.append(copy.deepcopy(USER))
        yield found
    elif isinstance(holder, dict):
        for key in KEYS:
            found, holder = _copy(row, path)
            holder.setdefault(key, "more")
            yield found


def _copy(row: Row, path: Iterable[Any]) -> tuple[Row, Any]:
    """A copy, and what stands in it at the path."""
    found = copy.deepcopy(row)
    holder: Any = found
    for key in path:
        holder = holder[key]
    return found, holder


def _paths(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    keys = value if isinstance(value, dict) else range(len(value) if type(value) is list else 0)
    for key in keys:
        yield (*path, key)
        yield from _paths(value[key], (*path, key))
