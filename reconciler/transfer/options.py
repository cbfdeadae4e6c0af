"""How bytes are sent and read: workers, patience, and what ends it."""

from __future__ import annotations

import random
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from reconciler.api.clock import Clock, RealClock
from reconciler.api.retry import RetryPolicy
from reconciler.errors import ContentError
from reconciler.transfer.connections import STALL_SECONDS

if TYPE_CHECKING:
    from collections.abc import Callable

WORKERS = 4
STORAGE_POLICY = RetryPolicy(tries=6)


@dataclass(frozen=True, slots=True)
class TransferOptions:
    """``stop`` ends every transfer within a block or a stall.

    ``allow_loopback``: signed URLs may name this machine (the platform is the emulator).
    ``stall_seconds``: without a byte moving, after which a connection is given up.
    """

    allow_loopback: bool = False
    workers: int = WORKERS
    policy: RetryPolicy = STORAGE_POLICY
    stall_seconds: float = STALL_SECONDS
    stop: threading.Event = field(default_factory=threading.Event)
    clock: Clock = field(default_factory=RealClock)
    jitter: Callable[[], float] = random.random

    def require_going(self) -> None:
        """Raise ContentError when the run was asked to stop."""
        if self.stop.is_set():
            raise ContentError("stopped before every byte had moved", "run it again to go on")
