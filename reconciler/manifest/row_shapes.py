"""What a row of each dataset format looks like (fine-tuning docs; contract 8, Rows)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from reconciler.manifest.quoting import described, quoted

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    Say = Callable[[str, str], None]
    """Reports ``(path, message)`` of one row."""

ROLES = ("system", "user", "assistant", "tool")
MESSAGE_FIELDS = frozenset(
    ("role", "content", "name", "weight", "tool_calls", "tool_call_id", "reasoning_content")
)
DPO_FIELDS = frozenset(("input", "preferred_output", "non_preferred_output"))
IMAGE = re.compile(r"data:image/(?:png|jpg|jpeg);base64,", re.IGNORECASE)


class Shapes:
    """Checks rows; ``error`` and ``extra`` are told what is wrong and which keys are unknown."""

    def __init__(self, error: Say, extra: Callable[[str, Collection[str]], None]) -> None:
        self._error = error
        self._extra = extra

    def chat(self, row: dict[str, Any]) -> None:
        """Messages with optional tools; or a preference pair. Other keys are the rewards' own."""
        if "messages" in row:
            self._messages(row["messages"], "messages")
            if "tools" in row:
                self._tools(row["tools"], "tools")
        elif DPO_FIELDS & row.keys():
            self._preference(row)
        else:
            self._error("messages", "required, but missing")

    def completion(self, row: dict[str, Any]) -> None:
        """``prompt`` and ``completion``, both text."""
        for name in ("prompt", "completion"):
            self._text(row, name, "")
        self._extra("", row.keys() - {"prompt", "completion"})

    def samples(self, row: dict[str, Any]) -> None:
        """``samples`` of reinforcement learning: messages, each with an optional metric."""
        samples = self._list(row, "samples", "")
        for number, sample in enumerate(samples):
            path = f"samples[{number}]"
            if not isinstance(sample, dict):
                self._wrong(path, "an object", sample)
                continue
            self._messages(sample.get("messages"), f"{path}.messages")
            metric = sample.get("metric", 0)
            if isinstance(metric, bool) or not isinstance(metric, int | float):
                self._wrong(f"{path}.metric", "a number", metric)

    def _preference(self, row: dict[str, Any]) -> None:
        """DPO docs: one turn; each output is one assistant message."""
        given = row.get("input")
        if isinstance(given, dict):
            self._messages(given.get("messages"), "input.messages")
            self._one_turn(given.get("messages"))
            if "tools" in given:
                self._tools(given["tools"], "input.tools")
        else:
            self._wrong("input", "an object with messages", given)
        for name in ("preferred_output", "non_preferred_output"):
            outputs = self._list(row, name, "")
            if len(outputs) > 1:
                self._error(name, f"expected one message, but has {len(outputs)}")
            if len(outputs) == 1:
                self._messages(outputs, name, roles=("assistant",))
        self._extra("", row.keys() - DPO_FIELDS)

    def _one_turn(self, messages: Any) -> None:
        """DPO docs: the outputs are the only assistant messages of an example."""
        if not isinstance(messages, list):
            return
        roles = [message.get("role") for message in messages if isinstance(message, dict)]
        if "assistant" in roles:
            self._error("input.messages", "expected a single turn, but has an assistant message")
        elif roles.count("user") > 1:
            self._error("input.messages", f"expected one turn, but has {roles.count('user')}")

    def _messages(self, messages: Any, path: str, roles: tuple[str, ...] = ROLES) -> None:
        if not isinstance(messages, list):
            self._wrong(path, "a list of messages", messages)
        elif not messages:
            self._error(path, "expected at least one message, but is empty")
        else:
            for number, message in enumerate(messages):
                self._message(message, number, f"{path}[{number}]", roles)

    def _message(self, message: Any, number: int, path: str, roles: tuple[str, ...]) -> None:
        if not isinstance(message, dict):
            self._wrong(path, "an object", message)
            return
        role = message.get("role")
        if role not in roles:
            was = quoted(role) if isinstance(role, str) else _described(role)
            self._error(f"{path}.role", f"expected one of {', '.join(roles)}, but was {was}")
        elif role == "system" and number:
            self._error(f"{path}.role", "a system message must come first")
        self._content(message, role, path)
        self._tool_calls(message, path)
        self._weight(message, path)
        self._extra(path, message.keys() - MESSAGE_FIELDS)

    def _content(self, message: dict[str, Any], role: Any, path: str) -> None:
        content = message.get("content")
        if isinstance(content, list):
            for number, part in enumerate(content):
                self._part(part, f"{path}.content[{number}]")
        elif content is None and role == "assistant" and message.get("tool_calls"):
            return
        elif not isinstance(content, str):
            self._wrong(f"{path}.content", "text", content)
        if not isinstance(message.get("reasoning_content") or "", str):
            self._wrong(f"{path}.reasoning_content", "text", message["reasoning_content"])

    def _part(self, part: Any, path: str) -> None:
        """Vision docs: images only as base64 data URIs of PNG or JPEG."""
        if not isinstance(part, dict):
            self._wrong(path, "an object", part)
        elif part.get("type") == "text":
            self._text(part, "text", path)
        elif part.get("type") == "image_url":
            holder = part.get("image_url")
            url = holder.get("url") if isinstance(holder, dict) else None
            if not isinstance(url, str) or not IMAGE.match(url):
                expected = "a data:image/png or data:image/jpeg URI in base64"
                self._error(f"{path}.image_url.url", f"expected {expected}")
        else:
            was = _described(part.get("type"))
            self._error(f"{path}.type", f"expected one of text, image_url, but was {was}")

    def _tool_calls(self, message: dict[str, Any], path: str) -> None:
        if message.get("tool_calls") is None:
            return
        for number, call in enumerate(self._list(message, "tool_calls", path)):
            where = f"{path}.tool_calls[{number}].function"
            function = call.get("function") if isinstance(call, dict) else None
            if isinstance(function, dict):
                self._text(function, "name", where)
                self._text(function, "arguments", where)
            else:
                self._wrong(where, "an object", function)

    def _weight(self, message: dict[str, Any], path: str) -> None:
        weight = message.get("weight", 1)
        if isinstance(weight, bool) or weight not in (0, 1):
            self._wrong(f"{path}.weight", "0 or 1", weight)

    def _tools(self, tools: Any, path: str) -> None:
        if not isinstance(tools, list):
            self._wrong(path, "a list", tools)
            return
        for number, tool in enumerate(tools):
            function = tool.get("function") if isinstance(tool, dict) else None
            if isinstance(function, dict):
                self._text(function, "name", f"{path}[{number}].function")
            else:
                self._wrong(f"{path}[{number}].function", "an object", function)

    def _text(self, holder: dict[str, Any], name: str, path: str) -> None:
        if not isinstance(holder.get(name), str):
            self._wrong(f"{path}.{name}".removeprefix("."), "text", holder.get(name))

    def _list(self, holder: dict[str, Any], name: str, path: str) -> list[Any]:
        found = holder.get(name)
        if isinstance(found, list) and found:
            return found
        where = f"{path}.{name}".removeprefix(".")
        if found == []:
            self._error(where, "expected at least one item, but is empty")
        else:
            self._wrong(where, "a list", found)
        return []

    def _wrong(self, path: str, expected: str, value: Any) -> None:
        self._error(path, f"expected {expected}, but was {_described(value)}")


def _described(value: Any) -> str:
    if isinstance(value, dict):
        return "an object"
    return "missing or null" if value is None else described(value)
