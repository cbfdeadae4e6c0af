"""What a fault makes of an answer: another one instead, or the true one spoiled."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

from reconciler.emulator.call import Answer, json_answer
from reconciler.emulator.errors import ApiError, code_for, failed_precondition
from reconciler.emulator.storage.errors import StorageError, expired, plain

if TYPE_CHECKING:
    from reconciler.emulator.faults import Fault

HTML = b"<!DOCTYPE html><html><head><title>%d</title></head><body>gateway</body></html>"
_HTML_TYPE = {"Content-Type": "text/html; charset=utf-8"}
_FALSE_HASH = "crc32c=AAAAAA==,md5=AAAAAAAAAAAAAAAAAAAAAA=="


def instead(fault: Fault | None, plane: str) -> Answer | None:
    """The answer of a request that is not carried out; None when it is."""
    if fault is None:
        return None
    if fault.kind == "redirect":
        return Answer(307 if fault.status == 503 else fault.status, headers=dict(fault.headers))
    if fault.kind == "not_ready":
        return _control(failed_precondition("files are still landing"), fault)
    if fault.kind == "storage_unavailable":
        return _storage(plain(503), fault)
    if fault.kind == "expired_url":
        return _storage(expired("2026-01-01T00:00:00Z"), fault)
    if fault.kind not in ("status", "retry_after"):
        return None
    status = 429 if fault.kind == "retry_after" and fault.status == 503 else fault.status
    if plane == "storage":
        return _storage(plain(status, fault.message), fault)
    code = code_for(status) if fault.code is None else fault.code
    return _control(ApiError(code, fault.message or f"injected {status}", status), fault)


def _control(error: ApiError, fault: Fault) -> Answer:
    return json_answer(error.body(), error.status, _headers(fault))


def _storage(error: StorageError, fault: Fault) -> Answer:
    headers = {"Content-Type": "application/xml", **_headers(fault)}
    return Answer(error.status, error.body(), headers)


def _headers(fault: Fault) -> dict[str, str]:
    wait = fault.retry_after or ("1" if fault.kind == "retry_after" else None)
    return {**fault.headers, **({"Retry-After": wait} if wait else {})}


def after(fault: Fault | None, answer: Answer) -> Answer:
    """The answer of a request that was carried out, spoiled as the fault says."""
    kind = fault.kind if fault else ""
    if fault is not None and kind == "status_after":
        status = 504 if fault.status == 503 else fault.status
        return Answer(status, HTML % status, {**_HTML_TYPE, **_headers(fault)})
    if kind == "garbage":
        return Answer(200, HTML % 200, _HTML_TYPE)
    if fault is not None and fault.rewrite is not None:
        return replace(answer, body=json.dumps(fault.rewrite(json.loads(answer.body))).encode())
    if fault is not None and kind == "says":
        return replace(answer, body=fault.body, stream=None)
    if kind == "empty":
        return Answer(200, b"", {"Content-Type": "application/json"})
    if kind == "truncated":
        data = answer.body or b"".join(answer.stream or ())
        cut = data[: max(0, len(data) // 2)]
        return replace(answer, body=cut, stream=None, length=len(data), close=True)
    if kind == "drip" and answer.stream is not None:
        return replace(answer, body=b"".join(answer.stream), stream=None, close=True)
    return _rehashed(kind, answer)


def _rehashed(kind: str, answer: Answer) -> Answer:
    if kind not in ("wrong_hash", "no_hash") or "x-goog-hash" not in answer.headers:
        return answer
    headers = {k: v for k, v in answer.headers.items() if k not in ("x-goog-hash", "ETag")}
    if kind == "wrong_hash":
        headers |= {"x-goog-hash": _FALSE_HASH, "ETag": '"00000000000000000000000000000000"'}
    return replace(answer, headers=headers)


def declared(fault: Fault | None, length: int | None) -> int | None:
    """The Content-Length to send; None to send none and close instead."""
    if fault is None or fault.kind != "truncated":
        return length
    return 2 * (length or 0) + 1 if fault.content_length else None
