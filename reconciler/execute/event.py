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
class Transfer:
    """One file's part of an upload (``key``, ``done``, ``total`` in bytes), and all files' so far.

    ``checked``: by what the storage's copy is known to be the same, once it is whole: a hash
    (crc32c, md5), or ``size`` where the storage told none. ``whole`` of ``files`` are there,
    ``hashed`` of them compared by hash. ``moved``: bytes that went out in this run; what an earlier
    one had sent does not count, so that a rate can be told from it.
    """

    key: str
    done: int
    total: int
    checked: str = ""
    moved: int = 0
    whole: int = 0
    hashed: int = 0
    files: int = 1


@dataclass(frozen=True, slots=True)
class Event:
    """``done`` of ``total`` bytes (or percent with total 100) while a step is under way.

    ``transfer`` comes with the progress of bytes: which file it is about. ``outcome`` comes with
    DONE, FAILED and SKIPPED: the last event of its resource.
    """

    type: EventType
    ref: ResourceRef
    text: str = ""
    verb: str = ""
    done: int = 0
    total: int = 0
    outcome: Outcome | None = None
    transfer: Transfer | None = None


Listener = Callable[[Event], None]
