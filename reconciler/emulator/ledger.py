"""What was asked of the emulator: every request with its answer's status."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RecordedRequest:
    """One request.

    seq: order of arrival, from 1. plane: "control" or "storage". path: without the query.
    headers: lower-case names. body: of JSON requests to the control plane, else None.
    status: of the answer that was made, 0 when none was. received: bytes of the body that
    were read, which of a broken upload are fewer than were announced.
    """

    seq: int
    plane: str
    method: str
    path: str
    query: dict[str, list[str]]
    headers: dict[str, str]
    body: bytes | None
    status: int
    received: int = 0

    @property
    def is_write(self) -> bool:
        """Whether it changed state or tried to: GET :validateUpload does, and the one POST that
        only asks what would be made does not."""
        if self.plane == "storage":
            return self.method not in ("GET", "HEAD")
        if self.path.endswith(":validateUpload"):
            return True
        if self.path.endswith("/deployments") and self.query.get("validateOnly") == ["true"]:
            return False
        return self.method not in ("GET", "HEAD") and not self.path.endswith(":getUploadEndpoint")


Observer = Callable[[RecordedRequest, bytes | None], None]
"""Told of a request and of the body that the platform answered, None when a fault stood in."""
