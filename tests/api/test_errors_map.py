from __future__ import annotations

import json
from typing import Any

import pytest

from reconciler.api.call import Call
from reconciler.api.errors_map import answer_error
from reconciler.errors import (
    AlreadyExists,
    ApiError,
    FailedPrecondition,
    InvalidArgument,
    NotFound,
    PermissionDenied,
    RateLimited,
    Unauthenticated,
    Unavailable,
)

CALL = Call("GET", "/v1/accounts/acme/models/m")


def _error(status: int, body: Any) -> ApiError:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return answer_error(CALL, status, raw)


@pytest.mark.parametrize(
    ("status", "code", "expected"),
    [
        (400, 3, InvalidArgument),
        (400, 9, FailedPrecondition),
        (400, 11, InvalidArgument),
        (401, 16, Unauthenticated),
        (403, 7, PermissionDenied),
        (404, 5, NotFound),
        (409, 6, AlreadyExists),
        (409, 10, Unavailable),
        (429, 8, RateLimited),
        (500, 13, Unavailable),
        (500, 5, Unavailable),
        (501, 12, InvalidArgument),
        (503, 14, Unavailable),
        (504, 4, Unavailable),
        (401, None, Unauthenticated),
        (403, None, PermissionDenied),
        (404, None, NotFound),
        (409, None, AlreadyExists),
        (405, None, InvalidArgument),
        (422, None, InvalidArgument),
        (418, 99, InvalidArgument),
    ],
)
def test_status_and_code_together_choose_the_error(
    status: int, code: int | None, expected: type[ApiError]
) -> None:
    assert expected is type(_error(status, {"code": code, "message": "no", "details": []}))


@pytest.mark.parametrize("body", [b"", b"<html>404</html>", b"404 page not found", b"[]"])
def test_a_404_that_is_not_the_apis_does_not_say_that_something_is_absent(body: bytes) -> None:
    assert Unavailable is type(_error(404, body))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("FAILED_PRECONDITION: files are landing", FailedPrecondition),
        ("FailedPrecondition", FailedPrecondition),
        ("ALREADY_EXISTS", AlreadyExists),
        ("anything else", InvalidArgument),
    ],
)
def test_a_400_without_a_code_is_read_by_the_guides_word(
    text: str, expected: type[ApiError]
) -> None:
    assert expected is type(_error(400, text.encode()))


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"code": 3, "message": "bad field", "details": []}, "bad field"),
        ({"error": {"message": "bad field", "code": "x", "type": "y"}}, "bad field"),
        ({"error": "bad field"}, "bad field"),
        ("bad field", "bad field"),
        (b"bad field", "bad field"),
        ({"code": 7, "message": "", "details": []}, "HTTP 400 without a message"),
        (b"", "HTTP 400 without a message"),
        (b"<html><h1>x</h1>", "an HTML page instead of an answer of the API"),
        (
            {"code": 9, "message": "no", "details": [{"reason": "QUOTA"}, "x", {"reason": ""}]},
            "no (QUOTA)",
        ),
        ({"code": True, "message": "bad field", "details": "x"}, "bad field"),
        (b"\xff\xfe", "��"),
    ],
)
def test_every_shape_of_an_error_body_gives_its_text(body: Any, message: str) -> None:
    assert message == _error(400, body).message


@pytest.mark.parametrize(
    ("status", "word"),
    [(401, "FIREWORKS_API_KEY"), (403, "role"), (402, "billing"), (412, "billing"), (501, "SFT")],
)
def test_an_error_with_a_remedy_hints_at_it(status: int, word: str) -> None:
    hint = _error(status, {"message": "no"}).hint or ""

    assert word.replace("SFT", "SupervisedFineTuningJob") in hint


def test_a_long_text_with_control_letters_is_made_printable() -> None:
    message = _error(400, {"code": 3, "message": "\x1b[31m::error::\n" + "x" * 10_000}).message

    assert 500 == len(message)
    assert message.isprintable()
