"""Holds requests and answers of the control plane to the official SDK and the documented rest."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pydantic
from pydantic import TypeAdapter, ValidationError

from tests.sdk_contract.operations import find_operation, find_quirk

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tests.sdk_contract.operations import Operation

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
        problems += _check_mask(query, body, operation.needed)
    return [f"{method} {path} ({operation.label}): {problem}" for problem in problems]


def check_answer(method: str, path: str, status: int, body: bytes) -> list[str]:
    """What is wrong with an answer of the emulator to a request of that method and path.

    Anyone may ask anything, so only an answer 200 needs an operation that the SDK or the
    documents know; a trailing slash and the guide's own spellings count as known.
    """
    if status != 200:
        problems = _check_error(status, body)
    elif (operation := find_operation(method, path) or find_quirk(method, path)) is None:
        problems = ["nobody knows such a request"]
    else:
        problems = _problems(operation.answer, body)
    return [f"{method} {path} answered {status}: {problem}" for problem in problems]


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


def _check_mask(
    query: Mapping[str, Sequence[str]], body: bytes | None, needed: frozenset[str]
) -> list[str]:
    """A PATCH names exactly the fields it brings, in snake_case (fact sheet 1.9); what the SDK
    demands in every body (a deployment's baseModel) need not be named."""
    mask = query.get("updateMask", [""])[0]
    if not mask:
        return ["PATCH without updateMask: the platform may replace every field"]
    if not re.fullmatch(r"[a-z0-9_.]+(,[a-z0-9_.]+)*", mask):
        return [f"updateMask is not in snake_case: {mask}"]
    brought = sorted(_camel(key) for key in json.loads(body or b"{}"))
    named = sorted({_camel(path.partition(".")[0]) for path in mask.split(",")})
    if set(named) <= set(brought) <= set(named) | needed:
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
