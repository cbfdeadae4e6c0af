"""What became of each change: the ledger of an apply."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from reconciler.errors import ReconcilerError
    from reconciler.ref import ResourceRef


class Status(Enum):
    DONE = "done"
    RUNNING = "running"  # started, still runs: the next apply goes on from there
    WAITING = "waiting"  # depends on something that still runs
    FAILED = "failed"
    SKIPPED = "skipped"  # because of something that failed, or an interrupt
    BLOCKED = "blocked"  # a guard of the plan forbids it


@dataclass(frozen=True, slots=True)
class Outcome:
    """``because`` names the cause of SKIPPED or WAITING; ``wrote``: whether a write went out;
    ``estimated_usd``: what the platform says that a job of this plan costs."""

    ref: ResourceRef
    status: Status
    detail: str = ""
    because: ResourceRef | None = None
    error: ReconcilerError | None = None
    wrote: bool = False
    estimated_usd: float | None = None
