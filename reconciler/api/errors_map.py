"""Answers that are errors, in every shape the platform uses, as our error tree."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson

from reconciler.api.redact import clean
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

if TYPE_CHECKING:
    from collections.abc import Iterable

    from reconciler.api.call import Call
    from reconciler.api.secret import Secret

_BY_CODE: dict[int, type[ApiError]] = {
    3: InvalidArgument,
    5: NotFound,
    6: AlreadyExists,
    7: PermissionDenied,
    8: RateLimited,
    9: FailedPrecondition,
    11: InvalidArgument,
    12: InvalidArgument,
    16: Unauthenticated,
}
_BY_STATUS: dict[int, type[ApiError]] = {
    401: Unauthenticated,
    403: PermissionDenied,
    404: NotFound,
    409: AlreadyExists,
    429: RateLimited,
}
_ABORTED, _DATA_LOSS, _UNIMPLEMENTED = 10, 15, 12
_RETRIED = frozenset({408, 500, 502, 503, 504, 520, 522, 524})

_ROLE = (  # a foreign account is 403 too (fact sheet 24-36)
    "is it the key's own account? If so, the key's role lacks this right: Inference User reads, "
    "Contributor also writes"
)
_BILLING = "the account looks suspended or unpaid: see its billing page"
_LEGACY = "the platform may have retired this collection: use SupervisedFineTuningJob instead"
_HINTS = {
    401: "FIREWORKS_API_KEY is missing, wrong or revoked, or belongs to another base URL",
    402: _BILLING,
    403: _ROLE,
    412: _BILLING,
    501: _LEGACY,
}


def worth_retrying(error: ApiError) -> bool:
    """Whether the status says that the same request may do better later (fact sheet 2.2)."""
    if error.code == _DATA_LOSS or error.status is None:
        return False
    if error.status == 409 and error.code == _ABORTED:
        return True
    return error.status in _RETRIED or (error.status >= 500 and error.status != 501)


def answer_error(call: Call, status: int, body: bytes, secrets: Iterable[Secret] = ()) -> ApiError:
    """The error that an answer of this status means, with the server's text made printable."""
    code, text = _read(body)
    if 300 <= status < 400:
        text = f"HTTP {status}, a redirect, which is never followed"  # F12
    error_type = _type(status, code, text)
    if error_type is NotFound and not _is_document(body):
        # A proxy's page, a wrong address: not the platform's word that something is absent (R11).
        error_type, text = Unavailable, "HTTP 404 that is not an answer of the API"
    return error_type(
        clean(text, secrets) or f"HTTP {status} without a message",
        status=status,
        code=code,
        method=call.method,
        path=call.template,
        hint=_HINTS.get(501 if code == _UNIMPLEMENTED else status),
    )


def _type(status: int, code: int | None, text: str) -> type[ApiError]:
    if status >= 500 and status != 501:
        return Unavailable
    if 300 <= status < 400:
        return InvalidArgument
    if code == _ABORTED:
        return Unavailable
    if code in _BY_CODE and status not in (401, 403, 429):
        return _BY_CODE[code]
    if status == 400 and _says(text, "FAILED_PRECONDITION", "FailedPrecondition"):
        return FailedPrecondition  # the published guide polls by this word (fact sheet 24-4)
    if status == 400 and _says(text, "ALREADY_EXISTS"):
        return AlreadyExists
    return _BY_STATUS.get(status, Unavailable if status in _RETRIED else InvalidArgument)


def _says(text: str, *words: str) -> bool:
    return any(word in text for word in words)


def _read(body: bytes) -> tuple[int | None, str]:
    """Code and text of an error body: gateway JSON, ``{"error": ...}``, plain text or HTML."""
    try:
        document: Any = orjson.loads(body)
    except orjson.JSONDecodeError:
        return None, _plain(body)
    if isinstance(document, dict) and "error" in document and "message" not in document:
        document = document["error"]
    if not isinstance(document, dict):
        return None, document if isinstance(document, str) else _plain(body)
    code = document.get("code")
    message = document.get("message") or ""
    return (
        code if isinstance(code, int) and not isinstance(code, bool) else None,
        f"{message}{_reasons(document.get('details'))}".strip(),
    )


def _is_document(body: bytes) -> bool:
    try:
        return isinstance(orjson.loads(body), dict)
    except orjson.JSONDecodeError:
        return False


def _plain(body: bytes) -> str:
    text = body[:4096].decode("utf-8", "replace")
    if text.lstrip()[:1] == "<":
        return "an HTML page instead of an answer of the API"
    return text


def _reasons(details: object) -> str:
    """Structured reasons of google.rpc.ErrorInfo, which say more than a message does."""
    if not isinstance(details, list):
        return ""
    reasons = [d["reason"] for d in details if isinstance(d, dict) and d.get("reason")]
    return "".join(f" ({reason})" for reason in reasons[:5])
