"""One request and its answer: struck by a fault or not, routed, recorded, sent."""

from __future__ import annotations

import itertools
import socket
import struct
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from reconciler.emulator import mangle
from reconciler.emulator.call import Answer, Call, Upload, json_answer
from reconciler.emulator.errors import ApiError
from reconciler.emulator.ledger import RecordedRequest
from reconciler.emulator.multipart import receive
from reconciler.emulator.router import control
from reconciler.emulator.storage.objects import storage
from reconciler.emulator.storage.resumable import Sessions
from reconciler.emulator.wire import Body, ClientGoneError, Head, head_bytes

if TYPE_CHECKING:
    from reconciler.emulator.faults import Fault
    from reconciler.emulator.ledger import Observer
    from reconciler.emulator.platform import Platform

LARGEST_JSON = 64 << 20


@dataclass(slots=True)
class Service:
    """What all connections share."""

    platform: Platform
    sessions: Sessions = field(default_factory=Sessions)
    requests: list[RecordedRequest] = field(default_factory=list)
    sequence: itertools.count[int] = field(default_factory=lambda: itertools.count(1))
    observers: list[Observer] = field(default_factory=list)


class ResetError(Exception):
    """The connection is to be reset without an answer."""


def serve(service: Service, connection: socket.socket, head: Head, body: Body) -> bool:
    """Carry out one request; whether the connection can be used again."""
    seq = next(service.sequence)
    path = head.path.rstrip("/") or "/"
    fault = service.platform.faults.strike_request(head.method, path)
    seen = _Seen(service, seq, head, body)
    try:
        answer = _answer(service, seen, body, fault)
        return _send(connection, head, answer, fault, service.platform)
    except (ResetError, ClientGoneError):
        seen.record(0)
        reset(connection)
        return False


def reset(connection: socket.socket) -> None:
    """Close with RST, as a broken network does."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


@dataclass(slots=True)
class _Seen:
    """A request on its way into the ledger, once."""

    service: Service
    seq: int
    head: Head
    wire: Body
    body: bytes | None = None
    recorded: bool = False

    @property
    def plane(self) -> str:
        return "storage" if self.head.path.startswith("/storage") else "control"

    def record(self, status: int, answered: bytes | None = None) -> None:
        if self.recorded:
            return
        self.recorded = True
        head = self.head
        request = RecordedRequest(
            self.seq,
            self.plane,
            head.method,
            head.path,
            head.query,
            head.headers,
            self.body,
            status,
            self.wire.received,
        )
        self.service.requests.append(request)
        for observe in list(self.service.observers):
            observe(request, answered)


def _answer(service: Service, seen: _Seen, body: Body, fault: Fault | None) -> Answer:
    faults = service.platform.faults
    early = mangle.instead(fault, seen.plane)
    if fault is not None:
        _before(service, seen, body, fault)
    if early is not None:
        body.drain()
    answer = early or _carry_out(service, seen, body, fault)
    seen.record(answer.status, None if early else answer.body)
    if fault is not None and fault.kind == "hang" and not fault.body_bytes:
        faults.released.wait(fault.seconds)
        raise ResetError
    if fault is not None and fault.kind in ("lost", "cut"):
        raise ResetError
    return mangle.after(fault, answer)


def _before(service: Service, seen: _Seen, body: Body, fault: Fault) -> None:
    """What a fault does before the request is carried out. Raises ResetError."""
    if fault.kind == "refuse":
        raise ResetError
    if fault.kind == "cut":
        body.break_after(fault.body_bytes)
    if fault.kind == "delay":
        time.sleep(fault.seconds or 0.0)
    if fault.kind == "hang" and fault.body_bytes:
        released = service.platform.faults.released
        body.break_after(fault.body_bytes, lambda: released.wait(fault.seconds))
    elif fault.kind == "hang" and not fault.after_commit:
        seen.record(0)
        service.platform.faults.released.wait(fault.seconds)
        raise ResetError


def _carry_out(service: Service, seen: _Seen, body: Body, fault: Fault | None) -> Answer:
    if seen.plane == "storage":
        return storage(service.platform, service.sessions, seen.head, body, fault)
    head = seen.head
    path = head.path.rstrip("/")
    try:
        upload = _upload(service.platform, head, body)
    except ApiError as error:
        body.drain()
        return json_answer(error.body(), error.status)
    if upload is None:
        seen.body = body.read_all(LARGEST_JSON)
    call = Call(head.method, path, head.query, head.headers, seen.body or b"", upload)
    return control(service.platform, call)


def _upload(platform: Platform, head: Head, body: Body) -> Upload | None:
    """The file of a multipart request, received before any lock is taken."""
    content_type = head.headers.get("content-type", "")
    if not content_type.lower().startswith("multipart/form-data"):
        return None
    sink = platform.blobs.sink()
    try:
        filename = receive(body, content_type, sink)
    except (ApiError, ClientGoneError):
        sink.abort()
        raise
    return Upload(filename, sink.finish())


def _send(
    connection: socket.socket, head: Head, answer: Answer, fault: Fault | None, platform: Platform
) -> bool:
    length = len(answer.body) if answer.stream is None else answer.length
    whole = mangle.declared(fault, length)
    close = answer.close or whole is None or "close" in head.headers.get("connection", "")
    prefix = head_bytes(answer, whole, close=close)
    if fault is not None and fault.kind == "drip":
        pause = 0.2 if fault.seconds is None else fault.seconds
        _drip(connection, prefix + answer.body, pause, platform)
        return False
    connection.sendall(prefix + (b"" if head.method == "HEAD" else answer.body))
    if answer.stream is not None and head.method != "HEAD":
        for piece in answer.stream:
            connection.sendall(piece)
    return not close and (fault is None or fault.kind != "closes")


def _drip(connection: socket.socket, data: bytes, pause: float, platform: Platform) -> None:
    for index in range(len(data)):
        connection.sendall(data[index : index + 1])
        if platform.faults.released.wait(pause):
            pause = 0.0
