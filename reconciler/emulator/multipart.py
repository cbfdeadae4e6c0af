"""Reads the one file part of a multipart/form-data body, in pieces and bounded memory."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from reconciler.emulator.errors import invalid
from reconciler.emulator.storage.blobs import PIECE, Sink

if TYPE_CHECKING:
    from reconciler.emulator.wire import Body

_BOUNDARY = re.compile(r'boundary="?([^";]+)"?', re.IGNORECASE)
_NAME = re.compile(r'[ ;]name="([^"]*)"')
_FILENAME = re.compile(r'filename="((?:[^"\\]|\\.)*)"')
LONGEST_HEAD = 65_536


def receive(body: Body, content_type: str, sink: Sink) -> str:
    """Stream the part named `file` into `sink`; gives its file name. Raises ApiError."""
    found = _BOUNDARY.search(content_type)
    if found is None:
        raise invalid("multipart/form-data without a boundary")
    boundary = b"--" + found.group(1).encode()
    buffer = _fill(body, b"", b"\r\n\r\n")
    head, _, rest = buffer.partition(b"\r\n\r\n")
    filename = _file_name(head, boundary)
    _copy(body, rest, b"\r\n" + boundary, sink)
    return filename


def _fill(body: Body, buffer: bytes, until: bytes) -> bytes:
    while until not in buffer:
        piece = body.read(PIECE)
        if not piece or len(buffer) > LONGEST_HEAD:
            raise invalid("malformed multipart/form-data")
        buffer += piece
    return buffer


def _file_name(head: bytes, boundary: bytes) -> str:
    lines = head.split(b"\r\n")
    if lines[0] != boundary:
        raise invalid("malformed multipart/form-data")
    disposition = next((h for h in lines if h.lower().startswith(b"content-disposition:")), b"")
    text = disposition.decode("utf-8", "replace")
    name = _NAME.search(text)
    if name is None or name.group(1) != "file":
        raise invalid('expected one multipart part named "file"')
    filename = _FILENAME.search(text)
    return filename.group(1).rpartition("/")[2] if filename else ""


def _copy(body: Body, buffer: bytes, end: bytes, sink: Sink) -> None:
    """Everything before `end`; it may be split over two pieces, so a tail is held back."""
    while (at := buffer.find(end)) < 0:
        keep = max(0, len(buffer) - len(end))
        if keep:
            sink.write(buffer[:keep])
            buffer = buffer[keep:]
        piece = body.read(PIECE)
        if not piece:
            raise invalid("malformed multipart/form-data: the closing boundary is missing")
        buffer += piece
    sink.write(buffer[:at])
    after = buffer[at + len(end) :] + body.read_all(LONGEST_HEAD)
    if not after.startswith(b"--"):
        raise invalid('expected only one multipart part, named "file"')
