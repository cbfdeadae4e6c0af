"""What differs between desired and live, and what that asks for."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from reconciler.desired.resource import Resource
    from reconciler.diagnostic import Diagnostic
    from reconciler.live.state import LiveResource
    from reconciler.live.verdicts import FileVerdict
    from reconciler.manifest.row_change import RowChange
    from reconciler.ref import ResourceRef


class Action(Enum):
    """The user's symbols are the enum: what the plan shows is what the code branches on."""

    CREATE = ("create", "+")
    UPDATE = ("update", "~")
    REPLACE = ("replace", "±")
    DELETE = ("delete", "-")
    RUN = ("run", "▶")
    REPAIR = ("repair", "↻")
    NONE = ("none", "=")

    @property
    def word(self) -> str:
        return self.value[0]

    @property
    def symbol(self) -> str:
        return self.value[1]


@dataclass(frozen=True, slots=True)
class Reason:
    """Why: a stable kebab-case code and plain words."""

    code: str
    text: str


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field: dotted ``path`` below spec; before and after are JSON values (None: unset).

    ``known_after`` is what has to be made before anybody can know ``before``, which is None then.
    """

    path: str
    before: Any
    after: Any
    reason: str
    known_after: ResourceRef | None = None


@dataclass(frozen=True, slots=True)
class Drift:
    """The account no longer holds what is declared, and no edit of the manifests explains it.

    A stable ``code`` and plain words; ``files`` are those that are lost or differ.
    """

    code: str
    text: str
    files: tuple[FileVerdict, ...] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """One resource's difference.

    ``live`` is what was found (None: nothing there). ``refusals`` say why this change may not be
    made as asked (a changed immutable field, a protected resource, ...); the plan is then printed
    whole and refused (exit 6). ``warnings`` are told and forbid nothing. ``content`` says of each
    file of the source what is known of the stored bytes, ``rows`` which rows of it are new against
    the version in git (None: not known).
    """

    resource: Resource
    action: Action
    reason: Reason
    live: LiveResource | None = None
    fields: tuple[FieldChange, ...] = ()
    refusals: tuple[Diagnostic, ...] = ()
    warnings: tuple[Diagnostic, ...] = ()
    content: tuple[FileVerdict, ...] = ()
    drift: Drift | None = None
    rows: RowChange | None = None

    @property
    def ref(self) -> ResourceRef:
        return self.resource.ref
