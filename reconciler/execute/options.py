"""What the caller of execute decides: how wide, how long, what to wait for, whom to tell."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING

from reconciler.execute.clock import Clock, RealClock

if TYPE_CHECKING:
    from reconciler.execute.event import Event, Listener
    from reconciler.kinds.kind import Kind


class Wait(Enum):
    """``--wait``: what must be true of a resource before apply is done with it.

    ``STARTED`` speaks of jobs: the record exists and has not failed. Anything else has no start
    apart from being ready, so what a job needs is waited for under STARTED too. Under NONE
    nothing is waited for: one look after the last write, and what is not ready is still running.
    """

    NONE = "none"
    STARTED = "started"
    READY = "ready"

    @classmethod
    def for_kind(cls, kind: Kind, wished: Wait | None) -> Wait:
        """The wish where it applies, else the default: jobs started, the rest ready."""
        if wished is Wait.NONE or (kind.runs_once and wished is not None):
            return wished
        return cls.STARTED if kind.runs_once else cls.READY


def _nobody(_event: Event) -> None:
    pass


@dataclass(frozen=True, slots=True)
class ExecuteOptions:
    """``timeout_seconds`` bounds the waiting of each step; what is under way then counts as still
    running. ``stop``: once set, no new write starts. ``grace_seconds``: how long calls in
    flight may take to end after that (contract 6: orderly within 5 s).
    """

    parallelism: int = 8
    wait: Wait | None = None
    timeout_seconds: float = 3600.0
    listener: Listener = _nobody
    stop: threading.Event = field(default_factory=threading.Event)
    clock: Clock = field(default_factory=RealClock)
    grace_seconds: float = 4.0
