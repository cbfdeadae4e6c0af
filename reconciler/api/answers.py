"""One answer, or none, read for what it means: a JSON object, or a Failure of its class."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import orjson

from reconciler.api.call import Safety
from reconciler.api.errors_map import answer_error, worth_retrying
from reconciler.api.lean import httpx
from reconciler.api.redact import clean
from reconciler.api.retry import Failure, Fault, retry_after
from reconciler.errors import AnswerLost, ApiError, RateLimited, Unavailable

if TYPE_CHECKING:
    from collections.abc import Iterable

    from reconciler.api.call import Call
    from reconciler.api.secret import Secret

ANSWER_LIMIT = 16 * 1024 * 1024  # bytes of one control answer (F11)
LOOKED_THROUGH = 32 * 1024  # bytes up to which no name may stand twice: any single resource
_UNSENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)


def read_answer(
    call: Call, status: int, headers: httpx.Headers, body: bytes, secrets: Iterable[Secret]
) -> dict[str, Any] | Failure:
    """The document of a 200, or why there is none. Any other 2xx is not believed (F5)."""
    if 200 <= status < 300:
        document = _json_object(headers, body) if status == 200 else None
        return document if document is not None else _unusable(call, status, headers, body)
    error = answer_error(call, status, body, secrets)
    wait = retry_after(headers.get("retry-after"))
    if status == 429:
        return Failure(Fault.THROTTLED, error, wait)
    if worth_retrying(error):
        return Failure(Fault.BROKEN, error, wait)
    return Failure(Fault.ANSWERED, error)


def no_answer(call: Call, error: httpx.HTTPError, secrets: Iterable[Secret]) -> Failure:
    """What a transport error says: whether the request can have arrived, and in words why."""
    from reconciler.api.tls_trouble import tls_trouble  # only a failure pays for it
    from reconciler.api.unreached import way_hint

    tls = tls_trouble(error)
    return Failure(
        Fault.UNSENT if isinstance(error, _UNSENT) else Fault.BROKEN,
        _about(
            Unavailable,
            call,
            clean(f"no answer: {tls.why if tls else _cause(error)}", secrets),
            hint=(tls and tls.hint) or way_hint(error),
        ),
        final=(tls is not None and tls.final)
        or isinstance(error, (httpx.UnsupportedProtocol, TooLarge)),
    )


def final_error(call: Call, failure: Failure, tries: int, *, doubt: bool) -> ApiError:
    """The error of a call that is given up after so many tries.

    ``doubt``: some try was sent and not answered. A write is AnswerLost then, unless the last
    answer settles it.
    """
    error = failure.error
    error.attempts = tries
    if doubt and failure.fault is not Fault.ANSWERED and call.safety is not Safety.READ:
        lost = _about(AnswerLost, call, error.message, error.status, error.hint)
        lost.code, lost.attempts = error.code, tries
        return lost
    if isinstance(error, RateLimited) and not error.hint:
        error.hint = "too many requests, or a quota that does not clear by itself"
    return error


class TooLarge(httpx.TransportError):
    """An answer over the limit: it will not be smaller next time."""


def bounded(response: httpx.Response) -> bytes:
    """The whole body. Raises TooLarge as soon as it is over the limit."""
    chunks, size = [], 0
    for chunk in response.iter_bytes():
        size += len(chunk)
        if size > ANSWER_LIMIT:
            raise TooLarge(f"the answer is larger than {ANSWER_LIMIT >> 20} MiB")
        chunks.append(chunk)
    return chunks[0] if len(chunks) == 1 else b"".join(chunks)


def _unusable(call: Call, status: int, headers: httpx.Headers, body: bytes) -> Failure:
    kind = clean(headers.get("content-type", "no content type"))[:80]
    text = f"expected a JSON object, but was HTTP {status} with {len(body)} bytes of {kind}"
    return Failure(Fault.BROKEN, _about(Unavailable, call, text, status))


def _json_object(headers: httpx.Headers, body: bytes) -> dict[str, Any] | None:
    """The document, None for whatever is not a JSON object that says it is one (F5)."""
    if "json" not in headers.get("content-type", "json"):
        return None
    try:
        document = orjson.loads(body)
        if len(body) <= LOOKED_THROUGH:
            json.loads(body, object_pairs_hook=_named_once)
    except (ValueError, RecursionError):  # orjson's error is a ValueError
        return None
    return document if isinstance(document, dict) else None


def _named_once(pairs: list[tuple[str, Any]]) -> None:
    """Of two values under one name JSON readers take either. No decision hangs on which: writes
    are decided by the answer of a single GET. Long lists are only read with what they say last."""
    if len(dict(pairs)) != len(pairs):
        raise ValueError


def _about(
    error_type: type[ApiError],
    call: Call,
    text: str,
    status: int | None = None,
    hint: str | None = None,
) -> ApiError:
    return error_type(text, status=status, method=call.method, path=call.template, hint=hint)


def _cause(error: BaseException) -> str:
    """The innermost reason that says something: "connection refused", not "All attempts failed"."""
    while (inner := error.__cause__ or error.__context__) and str(inner):
        error = inner
    text = getattr(error, "strerror", None) or str(error)
    return text or type(error).__name__
