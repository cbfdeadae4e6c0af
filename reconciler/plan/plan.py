"""A plan as a value: what is shown is the list that is run."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from reconciler.diff.change import Action
from reconciler.plan.fingerprint import fingerprints

if TYPE_CHECKING:
    from reconciler.diagnostic import Diagnostic
    from reconciler.diff.change import Change
    from reconciler.plan.shards import Shard
    from reconciler.ref import ResourceRef


class Verb(Enum):
    CREATE = "create"
    UPLOAD = "upload"
    VALIDATE = "validate"
    WAIT = "wait"
    UPDATE = "update"
    CANCEL = "cancel"
    DELETE = "delete"


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that ``execute`` does; ``detail`` is plain words, "upload 3 files, 91 MB"."""

    verb: Verb
    detail: str
    files: int = 0
    bytes: int = 0


@dataclass(frozen=True, slots=True)
class Cost:
    """US dollars as a range with its basis; both None: unknown, the basis says why.

    ``per_hour``: the dollars are for each hour that it runs, not once.
    """

    usd_low: float | None
    usd_high: float | None
    basis: str
    per_hour: bool = False


class Group(Enum):
    """Whose doing a change is (plan/groups.py), in the order in which it is told."""

    THIS_CHANGE = "this change"
    PENDING = "already pending"
    DRIFT = "drift"


@dataclass(frozen=True, slots=True)
class PlannedChange:
    """A Change with its place in the order.

    ``depends_on`` are the refs of changes that must be done first; ``blocked_by`` says in words
    what forbids it (a guard, a refused dependency): it is shown, and never run. ``group`` is None
    where nothing was compared with a base.
    """

    change: Change
    steps: tuple[Step, ...] = ()
    depends_on: tuple[ResourceRef, ...] = ()
    blocked_by: tuple[str, ...] = ()
    cost: Cost | None = None
    risk: tuple[str, ...] = ()
    group: Group | None = None

    @property
    def ref(self) -> ResourceRef:
        return self.change.ref

    @property
    def action(self) -> Action:
        return self.change.action


@dataclass(frozen=True, slots=True)
class Leg:
    """One change of a chain in which each waits for the one before.

    ``bytes`` are sent. ``seconds`` is how long the job ``like`` took, the newest older version of
    this one; None where nothing tells.
    """

    ref: ResourceRef
    action: Action
    bytes: int = 0
    seconds: float | None = None
    like: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything a reviewer reads. ``changes`` stand in the order in which they run.

    ``created_at`` is RFC 3339 UTC; ``commit`` the checkout's commit or "". ``complete`` is
    False when a collection could not be read whole. ``shard``: the changes are this part of all.
    ``critical_path`` is the longest chain of changes that wait for each other.
    ``base`` is the commit that the groups of changes are told against, "" for none.
    ``unmanaged`` counts what is live and not declared, ``older_versions`` those of them that look
    like versions of what is: by their names, which prove nothing (contract 1.3).
    """

    account: str
    base_url: str
    commit: str
    created_at: str
    changes: tuple[PlannedChange, ...]
    diagnostics: tuple[Diagnostic, ...] = ()
    unmanaged: int = 0
    older_versions: int = 0
    reads: int = 0
    complete: bool = True
    shard: Shard | None = None
    critical_path: tuple[Leg, ...] = ()
    base: str = ""

    @property
    def fingerprints(self) -> dict[str, str]:
        """What was read of each resource and its files; only who saves or prints it pays for it."""
        return fingerprints(planned.change for planned in self.changes)

    @property
    def pending(self) -> tuple[PlannedChange, ...]:
        """The changes that do something, blocked ones included."""
        return tuple(c for c in self.changes if c.change.action is not Action.NONE)

    @property
    def drift(self) -> tuple[PlannedChange, ...]:
        """What the account no longer holds as declared, though no edit explains it."""
        return tuple(c for c in self.changes if c.change.drift is not None)

    @property
    def refused(self) -> bool:
        return any(c.blocked_by for c in self.changes)
