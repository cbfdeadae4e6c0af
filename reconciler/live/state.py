"""What is live: the account as one snapshot of values."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reconciler.diagnostic import Diagnostic
    from reconciler.ref import ResourceRef


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
class StoredFile:
    """What the storage says of the bytes of one file; None where it says nothing.

    ``size`` in bytes, ``crc32c`` and ``md5`` in base64. ``why`` tells what kept us from asking.
    """

    size: int | None = None
    crc32c: str | None = None
    md5: str | None = None
    why: str = ""


@dataclass(frozen=True, slots=True)
class StoredContent:
    """The files that the platform names for a resource, by their names there.

    None: it names the file, and the storage has no such object. ``why``: what kept us from
    asking for any.
    """

    files: Mapping[str, StoredFile | None]
    why: str = ""


@dataclass(frozen=True, slots=True)
class Accepted:
    """The platform would create the resource, as ``live`` (nothing was created)."""

    live: LiveResource


@dataclass(frozen=True, slots=True)
class Rejected:
    """The platform would refuse to create the resource, in its own words."""

    why: str


Rehearsal = Accepted | Rejected
"""What the platform's own dry run of a create says."""


@dataclass(frozen=True, slots=True)
class LiveState:
    """A snapshot: ``resources`` by full resource name.

    ``rehearsals`` holds what the platform said of creates that it was asked to try without doing
    them. ``external`` holds what full names outside the project answered (None: not found).
    ``incomplete`` maps a kind whose collection could not be read whole to the reason: unknown is
    not absent, nothing of that kind may be planned. ``content`` is what the storage holds, by full
    resource name, of those that were asked.
    """

    account: str
    resources: Mapping[str, LiveResource]
    external: Mapping[str, LiveResource | None] = field(default_factory=dict)
    incomplete: Mapping[str, str] = field(default_factory=dict)
    diagnostics: tuple[Diagnostic, ...] = ()
    rehearsals: Mapping[ResourceRef, Rehearsal] = field(default_factory=dict)
    content: Mapping[str, StoredContent] = field(default_factory=dict)

    def get(self, name: str) -> LiveResource | None:
        return self.resources.get(name)
