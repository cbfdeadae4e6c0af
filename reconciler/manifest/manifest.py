"""A manifest as a value: one YAML document, checked, with a position for every node."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Any

from reconciler.diagnostic import SourceLocation

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from reconciler.manifest.file_set import FileSet
    from reconciler.ref import ResourceRef

NOWHERE = SourceLocation("", 0, 0)
Path = tuple[str | int, ...]
"""A place inside a document: ``("spec", "datasets", 0, "dataset")``."""


class IdStrategy(Enum):
    """How the id in the account is made of the manifest (contract 1.3)."""

    EXACT = "exact"
    CONTENT_HASH = "contentHash"


@dataclass(frozen=True, slots=True)
class Lifecycle:
    """``metadata.lifecycle``; None means *not written*, the kind's default counts."""

    prevent_destroy: bool | None = None
    ignore_changes: tuple[str, ...] = ()
    attempt: int = 1
    keep_latest: int | None = None


@dataclass(frozen=True, slots=True)
class Manifest:
    """One resource as its file says it.

    ``spec`` is the API's own shape without ``source`` (whose bytes are ``files``); values are
    plain JSON values, scalars already resolved by the schema's type. ``locate(path)`` gives the
    position of a node, of its nearest existing ancestor when there is none.
    """

    ref: ResourceRef
    spec: Mapping[str, Any]
    location: SourceLocation
    id_strategy: IdStrategy = IdStrategy.EXACT
    lifecycle: Lifecycle = field(default_factory=Lifecycle)
    absent: bool = False
    files: FileSet | None = None
    locate: Callable[[Path], SourceLocation] = field(
        default=lambda _path: NOWHERE, compare=False, repr=False
    )
