"""One row's JSON, strictly: orjson's verdict, and no key twice in one object."""

from __future__ import annotations

import json
from typing import Any

import orjson

_WORDING = {
    "unexpected end of data": "the object is not closed",
    "unexpected content after document": "text after the object",
    "unexpected character, expected ',' or '}'": "expected a comma or }",
    "unexpected character, expected ',' or ']'": "expected a comma or ]",
    "unexpected character, expected ':' after key": "expected a colon after the key",
    "no low surrogate in string": "a lone surrogate in a string",
    "invalid high surrogate in string": "a lone surrogate in a string",
    "invalid low surrogate in string": "a lone surrogate in a string",
    "invalid escaped sequence in string": "an escape that JSON does not know",
    "unexpected control character in string": "an unescaped control character in a string",
    "unexpected character, expected a string key": "expected a key in double quotes",
    "unexpected character, expected a JSON value": "expected a value",
    "invalid literal, expected 'null'": "expected a value",
    "invalid literal, expected 'true'": "expected a value",
    "invalid literal, expected 'false'": "expected a value",
    "no digit after sign": "expected a value",
    "no digit after decimal point": "expected a digit after the decimal point",
    "no digit after exponent sign": "expected a digit in the exponent",
    "number with leading zero is not allowed": "a number with a leading zero",
    "number is infinity when parsed as double": "a number too large for 64 bits",
    "depth limit exceeded": "nested too deeply",
    "UTF-8 byte order mark (BOM) is not supported": "a byte order mark before the object",
    "Input is a zero-length, empty document": "expected a value",
}


class RowProblem(ValueError):
    """Why a row is no JSON object; ``hint`` may be None."""

    def __init__(self, message: str, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


def read_row(line: bytes) -> dict[str, Any]:
    """The object of a row. Raises ``RowProblem``: not JSON, not an object, a key twice."""
    try:
        row = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        raise _not_json(line, error) from None
    if type(row) is not dict:
        raise _not_an_object(row)
    if not _surely_once(line, row):
        _check_twice(line)
    return row


def read_rows(block: bytes, lines: list[bytes]) -> list[dict[str, Any]] | None:
    """The objects of a block's lines, at a fraction of the cost of one after the other; None when
    that does not prove each of them right: ``read_row`` tells."""
    try:
        rows = list(map(orjson.loads, lines))
    except orjson.JSONDecodeError:
        return None
    return rows if {dict} == set(map(type, rows)) and _surely_once(block, rows) else None


def _surely_once(text: bytes, found: Any) -> bool:
    """Whether no key can stand twice: written again, there are as many colons as before.

    A key that was dropped took its colon along; only a colon written as an escape could make up
    for it.
    """
    try:
        again = orjson.dumps(found)
    except orjson.JSONEncodeError:  # nested deeper than it writes
        return False
    escaped = b"\\" in text and (b"\\u003a" in text or b"\\u003A" in text)
    return _colons(text) == _colons(again) and not escaped


def _colons(text: bytes) -> int:
    """To copy what lies between them costs a third of ``bytes.count``, which looks at each byte."""
    return len(text) - len(text.replace(b":", b""))


def _check_twice(line: bytes) -> None:
    """The careful way, for the few rows whose text does not prove that no key stands twice."""
    try:
        json.loads(line, object_pairs_hook=_once)
    except RecursionError:
        raise RowProblem("nested too deeply") from None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        seen: set[str] = set()
        twice = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
        raise RowProblem(f'the key "{twice[:120]}" appears twice in one object')
    return found


def wording(error: orjson.JSONDecodeError) -> str:
    """What orjson found, in the words of all our messages."""
    if "not valid UTF-8" in error.msg:
        return "not UTF-8 text"
    if "control character" in error.msg and error.pos >= len(error.doc.rstrip("\r\n")):
        return "the string is not closed"
    return _WORDING.get(error.msg, error.msg)


def _not_json(line: bytes, error: orjson.JSONDecodeError) -> RowProblem:
    message = wording(error)
    if message == "not UTF-8 text":
        return RowProblem(message, "save the file as UTF-8")
    hint = None
    if line.strip() in (b"{", b"["):
        hint = "one whole object on each line: no indentation, no list around them"
    elif line.lstrip().startswith(b"{'"):
        hint = "JSON has double quotes only"
    at = min(error.pos, len(line.rstrip())) + 1
    return RowProblem(f"invalid JSON at character {at}: {message}", hint)


def _not_an_object(row: Any) -> RowProblem:
    names = {list: "a list", str: "a string", bool: "true or false", type(None): "null"}
    was = names.get(type(row), "a number")
    hint = "one object on each line, not a list around all of them" if was == "a list" else None
    return RowProblem(f"expected an object, but was {was}", hint)
