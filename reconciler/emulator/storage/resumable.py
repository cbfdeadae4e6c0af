"""Resumable uploads: a session takes an object in chunks and survives lost connections."""

from __future__ import annotations

import re
import threading
import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from reconciler.emulator.call import Answer
from reconciler.emulator.storage.errors import StorageError, plain
from reconciler.emulator.wire import Body, ClientGoneError, Head

if TYPE_CHECKING:
    from reconciler.emulator.faults import Fault
    from reconciler.emulator.platform import Platform
    from reconciler.emulator.storage.blobs import Blob, Sink

GRAIN = 262_144
"""Every chunk but the last is a multiple of 256 KiB."""
WEEK = 7 * 24 * 3600.0
_RANGE = re.compile(r"bytes (?:(\d+)-(\d+)|(\*))/(\d+|\*)\Z")


@dataclass(slots=True)
class Session:
    """One upload under way. size: the announced one, None when unknown."""

    key: str
    sink: Sink
    born: float
    size: int | None
    blob: Blob | None = None
    lock: threading.Lock = field(default_factory=threading.Lock)


@dataclass(frozen=True, slots=True)
class Chunk:
    """A Content-Range: `start` to `end` (excluded) of `total`; start None asks for the status."""

    start: int | None
    end: int
    total: int | None


class Sessions:
    """The open upload sessions of one emulator."""

    def __init__(self) -> None:
        self._open: dict[str, Session] = {}

    def start(self, platform: Platform, key: str, head: Head) -> Answer:
        """POST with `x-goog-resumable: start`: 201 with the session's URI."""
        if head.headers.get("x-goog-resumable") != "start":
            raise plain(400)
        identifier = uuid.uuid4().hex
        size = _announced(platform, key)
        self._open[identifier] = Session(key, platform.blobs.sink(), platform.clock.now(), size)
        location = f"{platform.base_url}{head.path}?upload_id={identifier}"
        return Answer(201, headers={"Location": location, "X-GUploader-UploadID": identifier})

    def handle(self, platform: Platform, head: Head, body: Body, fault: Fault | None) -> Answer:
        """PUT a chunk, ask for the status, or DELETE the session. Raises StorageError."""
        identifier = head.query["upload_id"][-1]
        session = self._open.get(identifier)
        if session is None or platform.clock.now() - session.born > WEEK:
            raise StorageError(404, "NoSuchUpload", "The requested upload was not found.")
        if head.method == "DELETE":
            del self._open[identifier]
            session.sink.abort()
            return Answer(499)
        if head.method != "PUT":
            raise StorageError(405, "MethodNotAllowed", "Use PUT or DELETE on an upload session.")
        with session.lock:
            return _put(platform, session, head, body, fault)


def _announced(platform: Platform, key: str) -> int | None:
    """The size that getUploadEndpoint was told: `accounts/a/models/m/<uid>/<file>`."""
    parts = key.split("/", 5)
    record = platform.store.find("/".join(parts[:4]))
    size = record.meta.get("files", {}).get(parts[-1]) if record else None
    return int(size) if size is not None else None


def _put(
    platform: Platform, session: Session, head: Head, body: Body, fault: Fault | None
) -> Answer:
    chunk = _chunk(head, body)
    if session.blob is None and chunk.start is not None:
        _store(session, chunk, body, fault)
    whole = chunk.total is not None and session.sink.size == chunk.total
    if session.blob is None and whole:
        _check_size(session, chunk.total)
        session.blob = session.sink.finish()
        platform.blobs.commit(session.key, session.blob)
    body.drain()
    if session.blob is not None:
        return Answer(200, headers=session.blob.headers)
    stored = session.sink.size
    return Answer(308, headers={"Range": f"bytes=0-{stored - 1}"} if stored else {})


def _chunk(head: Head, body: Body) -> Chunk:
    text = head.headers.get("content-range", "")
    if not text and body.length is not None:
        return Chunk(0, body.length, body.length)
    match = _RANGE.match(text)
    if match is None:
        raise StorageError(400, "InvalidArgument", "Invalid Content-Range.")
    total = None if match.group(4) == "*" else int(match.group(4))
    if match.group(3):
        return Chunk(None, 0, total)
    chunk = Chunk(int(match.group(1)), int(match.group(2)) + 1, total)
    last = total is not None and chunk.end == total
    if body.length != chunk.end - int(match.group(1)) or (total is not None and chunk.end > total):
        raise StorageError(400, "InvalidArgument", "Content-Range and Content-Length differ.")
    if not last and body.length % GRAIN:
        raise StorageError(400, "InvalidArgument", "Chunks must be multiples of 256 KiB.")
    return chunk


def _store(session: Session, chunk: Chunk, body: Body, fault: Fault | None) -> None:
    """Append what is new of the chunk; of an interrupted one only whole 256 KiB stay."""
    at = chunk.start or 0
    if at > session.sink.size:
        raise StorageError(400, "InvalidArgument", "The chunk begins after the stored bytes.")
    limit = chunk.end
    if fault is not None and fault.kind == "persist_less":
        limit = at + (chunk.end - at) // 2 // GRAIN * GRAIN
    held = bytearray()
    try:
        while at < chunk.end:
            piece = body.read(min(GRAIN, chunk.end - at))
            new = piece[max(0, session.sink.size + len(held) - at) : max(0, limit - at)]
            at += len(piece)
            held += new
            _flush(session.sink, held, last=False)
    except ClientGoneError:
        _flush(session.sink, held, last=False)
        raise
    _flush(session.sink, held, last=limit == chunk.end)


def _flush(sink: Sink, held: bytearray, *, last: bool) -> None:
    """Write whole grains, at the end all."""
    width = len(held) if last else len(held) // GRAIN * GRAIN
    if width:
        sink.write(bytes(held[:width]))
        del held[:width]


def _check_size(session: Session, total: int | None) -> None:
    if session.size is None or total == session.size:
        return
    code = "EntityTooSmall" if (total or 0) < session.size else "EntityTooLarge"
    raise StorageError(400, code, f"Announced were {session.size} bytes.")
