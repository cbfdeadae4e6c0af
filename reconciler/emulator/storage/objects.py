"""Signed requests on objects: PUT whole, GET whole or a range, POST to start resumably."""

from __future__ import annotations

import re
from base64 import b64encode
from email.utils import formatdate
from typing import TYPE_CHECKING
from urllib.parse import unquote

from reconciler.emulator.call import Answer
from reconciler.emulator.platform import BUCKET, Platform
from reconciler.emulator.storage.blobs import PIECE, Blob, Sink
from reconciler.emulator.storage.errors import StorageError, plain
from reconciler.emulator.wire import Body, ClientGoneError, Head

if TYPE_CHECKING:
    from reconciler.emulator.faults import Fault
    from reconciler.emulator.storage.resumable import Sessions

_RANGE = re.compile(r"bytes=(\d*)-(\d*)\Z")
_LENGTH_RANGE = re.compile(r"(\d+),(\d+)\Z")


def storage(
    platform: Platform, sessions: Sessions, head: Head, body: Body, fault: Fault | None
) -> Answer:
    """Answer one request to the storage half; errors are answers too. Raises ClientGoneError."""
    try:
        return _storage(platform, sessions, head, body, fault)
    except StorageError as error:
        body.drain()
        return Answer(error.status, error.body(), {"Content-Type": "application/xml"})


def _storage(
    platform: Platform, sessions: Sessions, head: Head, body: Body, fault: Fault | None
) -> Answer:
    if "authorization" in head.headers:
        raise StorageError(400, "InvalidArgument", "Only one auth mechanism is allowed.")
    if not head.path.startswith(BUCKET):
        raise StorageError(404, "NoSuchBucket", "The specified bucket does not exist.")
    key = unquote(head.path[len(BUCKET) :])
    if "upload_id" in head.query:
        return sessions.handle(platform, head, body, fault)
    platform.signer.check(head.method, head.path, head.query_text, head.headers)
    if head.method == "PUT":
        return _put(platform, key, head, body)
    if head.method == "POST":
        return sessions.start(platform, key, head)
    return _get(platform, key, head)


def _put(platform: Platform, key: str, head: Head, body: Body) -> Answer:
    if body.chunked:
        # Observed of the live service: chunked bodies are answered 200 and stored nowhere.
        body.drain()
        return Answer(200)
    if body.length is None:
        raise StorageError(411, "MissingContentLength", "You must provide Content-Length.")
    check_range(head.headers.get("x-goog-content-length-range", ""), body.length)
    sink = platform.blobs.sink()
    try:
        receive(body, sink)
        blob = sink.finish()
        _check_md5(head, blob)
    except (ClientGoneError, StorageError):
        sink.abort()
        raise
    platform.blobs.commit(key, blob)
    return Answer(200, headers=blob.headers)


def receive(body: Body, sink: Sink) -> None:
    """Move the body into the sink piece by piece."""
    while piece := body.read(PIECE):
        sink.write(piece)


def check_range(text: str, size: int) -> None:
    """`x-goog-content-length-range: min,max` against the body's size. Raises StorageError."""
    if not text:
        return
    match = _LENGTH_RANGE.match(text)
    if match is None:
        raise StorageError(400, "InvalidArgument", "Invalid x-goog-content-length-range.")
    if size < int(match.group(1)):
        raise StorageError(
            400, "EntityTooSmall", "Your proposed upload is smaller than the minimum size."
        )
    if size > int(match.group(2)):
        raise StorageError(
            400, "EntityTooLarge", "Your proposed upload is larger than the maximum size."
        )


def _check_md5(head: Head, blob: Blob) -> None:
    told = head.headers.get("content-md5")
    if told and told != b64encode(blob.md5).decode():
        raise StorageError(400, "BadDigest", "The Content-MD5 you specified did not match.")


def _get(platform: Platform, key: str, head: Head) -> Answer:
    blob = platform.blobs.find(key)
    if blob is None:
        raise plain(404)
    headers = blob.headers | {
        "Content-Type": "application/octet-stream",
        "Accept-Ranges": "bytes",
        "Last-Modified": formatdate(blob.updated, usegmt=True),
    }
    wanted = _range(head.headers.get("range", ""), blob.size)
    if wanted is None:
        _demand_bytes(blob)
        return Answer(200, headers=headers, stream=blob.read(), length=blob.size)
    start, end = wanted
    headers["Content-Range"] = f"bytes {start}-{end - 1}/{blob.size}"
    return Answer(206, headers=headers, stream=blob.read(start, end), length=end - start)


def _demand_bytes(blob: Blob) -> None:
    """Only ranges of an object without kept bytes are answered (with zeros): for probes."""
    if blob.content is None:
        message = f"The emulator kept only digest and size of these {blob.size} bytes."
        raise StorageError(501, "NotImplemented", message)


def _range(text: str, size: int) -> tuple[int, int] | None:
    """First byte and the one after the last; None for the whole. Raises StorageError (416)."""
    match = _RANGE.match(text)
    if match is None or match.groups() == ("", ""):
        return None
    first, last = match.groups()
    if not first:
        start, end = max(0, size - int(last)), size
    else:
        start, end = int(first), min(size, int(last) + 1 if last else size)
    if start >= end:
        raise StorageError(416, "InvalidRange", "The requested range cannot be satisfied.")
    return start, end
