"""What is live: the account as one snapshot of values."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reconciler.diagnostic import Diagnostic


@dataclass(frozen=True, slots=True)
class LiveResource:
    """One resource as the platform answered it.

    ``name`` is the full resource name (``accounts/a/datasets/d``), ``kind`` our kind's name,
    ``body`` the whole answer (camelCase, server fields too), ``state`` its state verbatim
    ("" when there was none). ``create_time`` is the incarnation: the same name with another
    one is another resource.
    """

    kind: str
    name: str
    state: str
    body: Mapping[str, Any]
    create_time: str = ""
    update_time: str = ""

    @property
    def id(self) -> str:
        return self.name.rpartition("/")[2]


@dataclass(frozen=True, slots=True)
class LiveState:
    """A snapshot: ``resources`` by full resource name.

    ``external`` holds what full names outside the project answered (None: not found).
    ``incomplete`` maps a kind whose collection could not be read whole to the reason: unknown is
    not absent, nothing of that kind may be planned.
    """

    account: str
    resources: Mapping[str, LiveResource]
    external: Mapping[str, LiveResource | None] = field(default_factory=dict)
    incomplete: Mapping[str, str] = field(default_factory=dict)
    diagnostics: tuple[Diagnostic, ...] = ()
    reads: int = 0

    def get(self, name: str) -> LiveResource | None:
        return self.resources.get(name)
