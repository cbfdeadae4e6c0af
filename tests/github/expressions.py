"""The part of GitHub's expression language that our workflows use, in conditions and values."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

TOKEN = re.compile(
    r"\s*(?:(?P<text>'(?:[^']|'')*')|(?P<number>\d+)|(?P<name>[A-Za-z_][\w-]*(?:\.[\w-]+)*)"
    r"|(?P<sign>==|!=|&&|\|\||[!(),]))"
)
INSERTED = re.compile(r"\$\{\{(.*?)\}\}")
CONSTANTS = {"true": True, "false": False, "null": None}


class Expression:
    """A recursive descent over the tokens of one expression."""

    def __init__(
        self, text: str, contexts: Mapping[str, Any], functions: Mapping[str, Any]
    ) -> None:
        self._tokens = list(_tokens(text))
        self._contexts, self._functions = contexts, functions

    def value(self) -> Any:
        found = self._either()
        assert not self._tokens, f"left over: {self._tokens}"
        return found

    def _either(self) -> Any:
        left = self._both()
        while self._take("||"):
            right = self._both()
            left = left if truth(left) else right
        return left

    def _both(self) -> Any:
        left = self._equal()
        while self._take("&&"):
            right = self._equal()
            left = right if truth(left) else left
        return left

    def _equal(self) -> Any:
        left = self._one()
        while (sign := self._take("==")) or (sign := self._take("!=")):
            left = (shown(left).lower() == shown(self._one()).lower()) == (sign == "==")
        return left

    def _one(self) -> Any:
        if self._take("!"):
            return not truth(self._one())
        if self._take("("):
            inner = self._either()
            assert self._take(")"), "no closing bracket"
            return inner
        kind, text = self._tokens.pop(0)
        if kind == "text":
            return text[1:-1].replace("''", "'")
        if kind == "number":
            return int(text)
        assert kind == "name", text
        return self._call(text) if self._take("(") else self._named(text)

    def _call(self, name: str) -> Any:
        arguments = []
        while not self._take(")"):
            arguments.append(self._either())
            self._take(",")
        return self._functions[name](*arguments)

    def _named(self, name: str) -> Any:
        if name in CONSTANTS:
            return CONSTANTS[name]
        first, *path = name.split(".")
        assert first in self._contexts, f"our workflows use no context {first}"
        found = self._contexts[first]
        for key in path:
            found = found.get(key) if hasattr(found, "get") else None
        return found

    def _take(self, sign: str) -> str:
        if self._tokens and self._tokens[0] == ("sign", sign):
            self._tokens.pop(0)
            return sign
        return ""


def _tokens(text: str) -> Any:
    place = 0
    while text[place:].strip():
        found = TOKEN.match(text, place)
        assert found, f"our workflows say nothing like {text[place:]}"
        place = found.end()
        yield str(found.lastgroup), str(found[str(found.lastgroup)])


def truth(value: Any) -> bool:
    return value not in (None, False, 0, "")


def shown(value: Any) -> str:
    """A value as it is put into text."""
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def resolved(node: Any, evaluate: Callable[[str], Any]) -> Any:
    """A node of a workflow with all its expressions replaced; one alone keeps its type."""
    if isinstance(node, dict):
        return {key: resolved(value, evaluate) for key, value in node.items()}
    if isinstance(node, list):
        return [resolved(value, evaluate) for value in node]
    if not isinstance(node, str):
        return node
    whole = INSERTED.fullmatch(node.strip())
    if whole and node.count("${{") == 1:
        return evaluate(whole.group(1))
    return INSERTED.sub(lambda found: shown(evaluate(found.group(1))), node)
