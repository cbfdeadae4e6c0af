"""Holds requests and answers of the control plane to the official SDK and the documented rest."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import pydantic
from pydantic import TypeAdapter, ValidationError

from tests.sdk_contract.beyond_sdk import BEYOND_METHODS, QUIRKS, BeyondMethod, arguments_beyond
from tests.sdk_contract.sdk_methods import Place, SdkMethod, sdk_methods
from tests.sdk_contract.wire_types import Nothing, fields_of, strict_message, wire_type

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_SEGMENT = r"[A-Za-z0-9\-._~%]+"  # RFC 3986, unreserved and quoted: what an id may hold in a path
_STATUS_OF = {
    1: 499,
    2: 500,
    3: 400,
    4: 504,
    5: 404,
    6: 409,
    7: 403,
    8: 429,
    9: 400,
    10: 409,
    11: 400,
    12: 501,
    13: 500,
    14: 503,
    15: 500,
    16: 401,
}
"""HTTP status of each google.rpc.Code as grpc-gateway answers it (fact sheet 2.2)."""


class ErrorBody(pydantic.BaseModel):
    """What grpc-gateway answers besides 200 (fact sheet 2.1); the SDK has no type for it."""

    model_config = pydantic.ConfigDict(extra="forbid", strict=True)

    code: int
    message: str
    details: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Operation:
    """One request that may be made: ``query`` and ``body`` read it, ``answer`` what comes back.

    ``body`` is None when there must be none; ``parts`` names those of a multipart body.
    """

    label: str
    method: str
    path: re.Pattern[str]
    query: TypeAdapter[Any]
    query_types: Mapping[str, Any]
    body: TypeAdapter[Any] | None
    parts: frozenset[str]
    answer: TypeAdapter[Any]


def check_request(
    method: str,
    path: str,
    query: Mapping[str, Sequence[str]],
    body: bytes | None,
    content_type: str = "application/json",
) -> list[str]:
    """What is wrong with a request of our own client, one line each; nothing when all is right.

    ``path``: as sent, quoted, without the query. ``body``: None when it is not known (multipart).
    """
    operation = find_operation(method, path)
    if operation is None:
        return [f"{method} {path}: neither the SDK nor the documentation knows such a request"]
    problems = [*_check_query(operation, query), *_check_body(operation, body, content_type)]
    if method == "PATCH":
        problems += _check_mask(query, body)
    return [f"{method} {path} ({operation.label}): {problem}" for problem in problems]


def check_answer(method: str, path: str, status: int, body: bytes) -> list[str]:
    """What is wrong with an answer of the emulator to a request of that method and path.

    Anyone may ask anything, so only an answer 200 needs an operation that the SDK or the
    documents know; a trailing slash and the guide's own spellings count as known.
    """
    if status != 200:
        problems = _check_error(status, body)
    elif (operation := find_operation(method, path) or _quirk(method, path)) is None:
        problems = ["nobody knows such a request"]
    else:
        problems = _problems(operation.answer, body)
    return [f"{method} {path} answered {status}: {problem}" for problem in problems]


def _quirk(method: str, path: str) -> Operation | None:
    """The operation behind what only the published guides send."""
    spelled = path.rstrip("/")
    if method in QUIRKS and QUIRKS[method].fullmatch(spelled):
        return find_operation("GET", spelled)
    return find_operation(method, spelled) if spelled != path else None


def find_operation(method: str, path: str) -> Operation | None:
    """The operation that a method and a path mean."""
    matching = (o for o in _index().get(method, ()) if o[0].fullmatch(path))
    found = next(matching, None)
    return None if found is None else _operation(found[1])


@cache
def _index() -> dict[str, list[tuple[re.Pattern[str], SdkMethod | BeyondMethod]]]:
    """Path patterns by method; the types behind them are made when they are needed."""
    index: dict[str, list[tuple[re.Pattern[str], SdkMethod | BeyondMethod]]] = {}
    known_methods: tuple[SdkMethod | BeyondMethod, ...] = (*sdk_methods(), *BEYOND_METHODS)
    for known in known_methods:
        index.setdefault(known.method, []).append((_pattern(known.path), known))
    return index


def _pattern(template: str) -> re.Pattern[str]:
    literal = re.split(r"\{[a-z_]+\}", template)
    return re.compile(_SEGMENT.join(re.escape(text) for text in literal))


@cache
def _operation(known: SdkMethod | BeyondMethod) -> Operation:
    if isinstance(known, BeyondMethod):
        return _beyond_operation(known)
    fields = _travelling(known, Place.BODY)
    body: Any = strict_message(f"{known.label} body", fields) if fields else None
    if _travelling(known, Place.WHOLE_BODY):
        body = Nothing  # the SDK takes any object: the messages behind it have no fields
    parts = frozenset(wire for wire, _, _ in _travelling(known, Place.PART))
    return _made(known, _travelling(known, Place.QUERY), body, parts)


def _travelling(known: SdkMethod, place: Place) -> list[tuple[str, Any, bool]]:
    """Wire name, type and need of everything that travels in one place."""
    seen = [(a.wire, a.hint, a.required) for a in known.arguments if a.place is place]
    return [*seen, *arguments_beyond(known.label, place)]


def _beyond_operation(known: BeyondMethod) -> Operation:
    body = None if known.body is None else strict_message(known.label, fields_of(known.body))
    return _made(known, [(wire, hint, False) for wire, hint in known.query], body, frozenset())


def _made(
    known: SdkMethod | BeyondMethod,
    query: list[tuple[str, Any, bool]],
    body: Any,
    parts: frozenset[str],
) -> Operation:
    return Operation(
        label=known.label,
        method=known.method,
        path=_pattern(known.path),
        query=TypeAdapter(strict_message(f"{known.label} query", query)),
        query_types={wire: hint for wire, hint, _ in query},
        body=None if body is None else TypeAdapter(body),
        parts=parts,
        answer=TypeAdapter(wire_type(known.answer)),
    )


def _check_query(operation: Operation, query: Mapping[str, Sequence[str]]) -> list[str]:
    repeated = [f"query {name} is given twice" for name, texts in query.items() if len(texts) > 1]
    values = {
        name: _query_value(operation.query_types.get(name), texts[0])
        for name, texts in query.items()
    }
    found = _problems(operation.query, json.dumps(values).encode())
    return [*repeated, *(f"query {problem}" for problem in found)]


def _query_value(hint: Any, text: str) -> object:
    """The value that a text in a query stands for, left as text where it stands for none."""
    if hint is bool and text in ("true", "false"):
        return text == "true"
    if hint is int and re.fullmatch(r"-?[0-9]+", text):
        return int(text)
    return text


def _check_body(operation: Operation, body: bytes | None, content_type: str) -> list[str]:
    if operation.parts:
        boundary = re.fullmatch(r"multipart/form-data; boundary=\S+", content_type)
        return [] if boundary else [f"expected multipart/form-data, but was {content_type}"]
    if operation.body is None:
        return [f"expected no body, but was {body[:80]!r}"] if body else []
    if body is None:
        return ["expected a JSON body, but there was none"]
    media = content_type.partition(";")[0].strip()
    wrong = [] if media == "application/json" else [f"the JSON body is sent as {content_type!r}"]
    return [*wrong, *(f"body {problem}" for problem in _problems(operation.body, body))]


def _check_mask(query: Mapping[str, Sequence[str]], body: bytes | None) -> list[str]:
    """A PATCH names exactly the fields it brings, in snake_case (fact sheet 1.9)."""
    mask = query.get("updateMask", [""])[0]
    if not mask:
        return ["PATCH without updateMask: the platform may replace every field"]
    if not re.fullmatch(r"[a-z0-9_.]+(,[a-z0-9_.]+)*", mask):
        return [f"updateMask is not in snake_case: {mask}"]
    brought = sorted(_camel(key) for key in json.loads(body or b"{}"))
    named = sorted({_camel(path.partition(".")[0]) for path in mask.split(",")})
    if named == brought:
        return []
    return [f"updateMask names {named}, but the body brings {brought}"]


def _camel(snake: str) -> str:
    first, *rest = snake.split("_")
    return first + "".join(word.capitalize() for word in rest)


def _check_error(status: int, body: bytes) -> list[str]:
    problems = _problems(TypeAdapter(ErrorBody), body)
    if problems:
        return problems
    code = json.loads(body)["code"]
    usual = 405 if (status, code) == (405, 12) else _STATUS_OF.get(code)
    return [] if status == usual else [f"code {code} goes with HTTP {usual}"]


def _problems(reader: TypeAdapter[Any], document: bytes) -> list[str]:
    """Why a JSON document cannot be read strictly as a type, a line each."""
    try:
        reader.validate_json(document)
    except ValidationError as error:
        return [
            f"{'.'.join(str(part) for part in found['loc'])}: {found['msg']}".removeprefix(": ")
            for found in error.errors(include_url=False, include_input=False)
        ]
    return []
