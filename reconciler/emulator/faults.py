"""What may go wrong on purpose: armed by a test, struck by the n-th matching request."""

from __future__ import annotations

import re
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from reconciler.emulator.decode import Json

WIRE_KINDS = {
    "refuse": "",
    "lost": "",
    "status": "",
    "status_after": "",
    "garbage": "",
    "truncated": "",
    "empty": "",
    "hang": "",
    "delay": "",
    "drip": "",
    "retry_after": "",
    "redirect": "",
    "cut": "",
    "rewrite": "",
    "says": "",
    "closes": "",
    "not_ready": r":validateUpload$",
    "storage_unavailable": r"^PUT /storage/",
    "expired_url": r" /storage/",
    "wrong_hash": r" /storage/",
    "no_hash": r" /storage/",
    "persist_less": r"^PUT /storage/",
}
"""Kinds that strike a request, each with the regex that it is bound to besides its own."""

JOB_KINDS = frozenset(
    {
        "job_stuck",
        "job_failed",
        "job_wobbles",
        "job_paused",
        "job_early_stopped",
        "job_expired",
    }
)
"""Kinds that strike a job when it is created; `path` is matched with `JOB /v1/<name>`."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing to go wrong.

    method, path: which requests; path is a regex searched in `METHOD /path` (no query).
    nth: the first matching request that is struck, from 1. times: how many, None for ever.
    status, code, message, headers: the answer of `status`, `status_after`, `redirect`; code
    is the gRPC code, by default the usual one of the status.
    retry_after: the header of `retry_after`, also added to `status` when given.
    seconds: how long `hang` and `delay` wait (None: `hang` waits for release), the pause
    between two bytes of `drip`. after_commit: `hang` after the request was carried out.
    body_bytes: how much of the request body `cut` reads before it resets the connection, and
    `hang` before nothing moves any more (0: not even the request is read).
    content_length: whether `truncated` declares the length that it does not send.
    rewrite: what `rewrite` makes of the JSON answer: another map of URLs, a page shifted, …
    body: what `says` says in place of the answer's body.

    Kinds: refuse (reset before anything is read), lost (carried out, then reset), status
    (answered without being carried out), status_after (carried out, then an HTML error),
    garbage (carried out, 200 and HTML), truncated, empty (carried out, 200 and half or no
    body), hang, delay, drip, retry_after (429), redirect, cut, rewrite, says (carried out, 200
    and any body), closes (answered, then hung up without a word); not_ready (validateUpload
    says FAILED_PRECONDITION), storage_unavailable (503 XML), expired_url, wrong_hash, no_hash
    (x-goog-hash false or absent), persist_less (a resumable chunk is stored in part);
    job_stuck (RUNNING for ever), job_failed, job_wobbles (RUNNING, CREATING, RUNNING),
    job_paused, job_early_stopped, job_expired.
    """

    kind: str
    method: str | None = None
    path: str | None = None
    nth: int = 1
    times: int | None = 1
    status: int = 503
    code: int | None = None
    message: str = ""
    retry_after: str | None = None
    headers: dict[str, str] = field(default_factory=dict)
    seconds: float | None = None
    after_commit: bool = False
    body_bytes: int = 0
    content_length: bool = True
    rewrite: Callable[[Json], object] | None = None
    body: bytes = b""

    def __post_init__(self) -> None:
        if self.kind not in WIRE_KINDS and self.kind not in JOB_KINDS:
            raise ValueError(f"unknown kind of fault: {self.kind}")

    def matches(self, method: str, path: str) -> bool:
        """Whether a request is one of those that this fault counts."""
        line = f"{method} {path}"
        return (
            self.method in (None, method)
            and re.search(self.path or "", line) is not None
            and re.search(WIRE_KINDS.get(self.kind, ""), line) is not None
        )


@dataclass(slots=True)
class _Armed:
    fault: Fault
    seen: int = 0

    def strikes(self) -> bool:
        """Count one matching request; True when it is struck."""
        self.seen += 1
        late = self.seen >= self.fault.nth
        return late and (self.fault.times is None or self.seen < self.fault.nth + self.fault.times)

    def spent(self) -> bool:
        times = self.fault.times
        return times is not None and self.seen >= self.fault.nth + times - 1


class Faults:
    """The armed faults of one emulator. `consumed` has a fault once for each strike."""

    def __init__(self) -> None:
        self._armed: list[_Armed] = []
        self._lock = threading.Lock()
        self.consumed: list[Fault] = []
        self.released = threading.Event()

    def add(self, *faults: Fault) -> None:
        """Arm faults; the one armed first strikes first."""
        with self._lock:
            self._armed += [_Armed(fault) for fault in faults]

    def clear(self) -> None:
        """Disarm all, and let go whatever hangs."""
        with self._lock:
            self._armed.clear()
        self.release()

    def release(self) -> None:
        """Let go every hanging request, now and from now on."""
        self.released.set()

    @property
    def pending(self) -> list[Fault]:
        """Armed faults that have strikes left."""
        with self._lock:
            return [a.fault for a in self._armed if not a.spent()]

    def strike_request(self, method: str, path: str) -> Fault | None:
        """The fault that strikes this request, if any; those armed later do not count it."""
        return self._strike(method, path, frozenset(WIRE_KINDS))

    def strike_job(self, name: str) -> Fault | None:
        """The fault that strikes a new job, if any."""
        return self._strike("JOB", f"/v1/{name}", JOB_KINDS)

    def _strike(self, method: str, path: str, kinds: frozenset[str]) -> Fault | None:
        with self._lock:
            for armed in self._armed:
                mine = armed.fault.kind in kinds and armed.fault.matches(method, path)
                if mine and armed.strikes():
                    self.consumed.append(armed.fault)
                    return armed.fault
        return None
