"""Basic AIP-160 filters: `=`, `!=`, `:`, AND, OR, NOT, parentheses, dotted fields."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from reconciler.emulator.decode import Json
from reconciler.emulator.errors import invalid
from reconciler.emulator.schema import snake

Predicate = Callable[[Json], bool]
_TOKEN = re.compile(r'\s*("(?:[^"\\]|\\.)*"|\(|\)|!=|=|:|[^\s()=:!"]+)')


def parse_filter(text: str) -> Predicate:
    """A predicate over an answer's rows. Raises ApiError (400, code 3)."""
    parser = _Parser(_tokens(text))
    if not parser.tokens:
        return lambda _row: True
    predicate = parser.either()
    if parser.tokens:
        raise invalid(f"invalid filter near {parser.tokens[0]!r}")
    return predicate


def _tokens(text: str) -> list[str]:
    tokens, at = [], 0
    text = text.strip()
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise invalid(f"invalid filter near {text[at : at + 20]!r}")
        tokens.append(match.group(1))
        at = match.end()
    return tokens


class _Parser:
    def __init__(self, tokens: list[str]) -> None:
        self.tokens = tokens

    def either(self) -> Predicate:
        left = self.both()
        while self.tokens and self.tokens[0] == "OR":
            self.take()
            left = _any_of(left, self.both())
        return left

    def both(self) -> Predicate:
        left = self.term()
        while self.tokens and self.tokens[0] not in ("OR", ")"):
            if self.tokens[0] == "AND":
                self.take()
            left = _all_of(left, self.term())
        return left

    def term(self) -> Predicate:
        word = self.take()
        if word == "NOT":
            inner = self.term()
            return lambda row: not inner(row)
        if word == "(":
            inner = self.either()
            if self.take() != ")":
                raise invalid("invalid filter: expected )")
            return inner
        return _comparison(word, self.take(), _unquote(self.take()))

    def take(self) -> str:
        if not self.tokens:
            raise invalid("invalid filter: it ends too early")
        return self.tokens.pop(0)


def _any_of(left: Predicate, right: Predicate) -> Predicate:
    return lambda row: left(row) or right(row)


def _all_of(left: Predicate, right: Predicate) -> Predicate:
    return lambda row: left(row) and right(row)


def _comparison(path: str, operator: str, wanted: str) -> Predicate:
    if operator == "=":
        return lambda row: _text(_lookup(row, path)) == wanted
    if operator == "!=":
        return lambda row: _text(_lookup(row, path)) != wanted
    if operator == ":":
        return lambda row: _has(_lookup(row, path), wanted)
    raise invalid(f"invalid filter: unknown operator {operator!r}")


def _lookup(row: Any, path: str) -> Any:
    for part in path.split("."):
        if not isinstance(row, dict):
            return None
        row = next((v for k, v in row.items() if part in (k, snake(k))), None)
    return row


def _has(value: Any, wanted: str) -> bool:
    if isinstance(value, (list, dict)):
        return wanted in map(_text, value)
    return wanted in _text(value) if wanted != "*" else value not in (None, "")


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else str(value)


def _unquote(token: str) -> str:
    return re.sub(r"\\(.)", r"\1", token[1:-1]) if token.startswith('"') else token
