"""One request on its way through the emulator, and the answer that comes back."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from reconciler.emulator.decode import Json, decode, parse_body

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reconciler.emulator.schema import Message
    from reconciler.emulator.storage.blobs import Blob


@dataclass(frozen=True, slots=True)
class Upload:
    """The file part of a multipart request, already received."""

    filename: str
    blob: Blob


@dataclass(frozen=True, slots=True)
class Call:
    """A request to the control plane, its body read.

    path: as requested, still quoted. query: every value of every parameter.
    headers: lower-case names.
    """

    method: str
    path: str
    query: dict[str, list[str]]
    headers: dict[str, str]
    body: bytes = b""
    upload: Upload | None = None

    def json(self) -> Json:
        """The body as a JSON object. Raises ApiError."""
        return parse_body(self.body)

    def decode(self, message: Message) -> Json:
        """The body read as `message`. Raises ApiError."""
        return decode(message, self.json())

    def text(self, name: str) -> str:
        """The last value of a query parameter in either spelling, else the empty string."""
        snake = "".join(f"_{c.lower()}" if c.isupper() else c for c in name)
        values = self.query.get(name) or self.query.get(snake) or [""]
        return values[-1]

    def flag(self, name: str) -> bool:
        """A boolean query parameter."""
        return self.text(name).lower() in ("true", "1")


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back. stream: the body in pieces, `length` bytes in all, instead of `body`."""

    status: int
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    stream: Iterator[bytes] | None = None
    length: int | None = None
    close: bool = False


def json_answer(value: object, status: int = 200, headers: dict[str, str] | None = None) -> Answer:
    """A JSON answer in UTF-8."""
    body = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
    return Answer(status, body, {"Content-Type": "application/json", **(headers or {})})
