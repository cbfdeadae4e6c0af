"""What happens during an apply, as values for whoever shows it (bars, lines, JSON lines)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from reconciler.execute.outcome import Outcome
    from reconciler.ref import ResourceRef


class EventType(Enum):
    STARTED = "action_start"
    STEP = "step_start"
    PROGRESS = "progress"
    DONE = "action_done"
    FAILED = "action_failed"
    SKIPPED = "action_skipped"
    NOTICE = "notice"


@dataclass(frozen=True, slots=True)
class Event:
    """``done`` of ``total`` bytes (or percent with total 100) while a step is under way.

    ``outcome`` comes with DONE, FAILED and SKIPPED: the last event of its resource.
    """

    type: EventType
    ref: ResourceRef
    text: str = ""
    verb: str = ""
    done: int = 0
    total: int = 0
    outcome: Outcome | None = None


Listener = Callable[[Event], None]
