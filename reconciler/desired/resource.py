"""A resource as it should be: its id is chosen, its references are full names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reconciler.diagnostic import Diagnostic, SourceLocation
    from reconciler.graph import Graph
    from reconciler.manifest.file_set import FileSet
    from reconciler.manifest.manifest import Manifest
    from reconciler.ref import ResourceRef


@dataclass(frozen=True, slots=True)
class Leaving:
    """Why a resource is to go though no tombstone says so: a stable code, and plain words."""

    code: str
    text: str


RETIRED = "beyond-keep-latest"
"""The code of an older version beyond ``keepLatest``: while it is used it stays."""

DESTROYED = Leaving("destroyed", "asked for by destroy")


@dataclass(frozen=True, slots=True)
class Resource:
    """What the project wants to be true of one resource.

    ``name`` is the full resource name (``accounts/a/datasets/support-chat``); for a kind whose
    server names the resource it is "", and values of ``spec`` say which one is meant
    (``NaturalKey``). ``spec`` is the body: the manifest's spec with references expanded and
    derived fields added; secrets are still ``{"env": NAME}``. ``output_model`` is the full name of
    the model a job makes. ``depends_on`` are the resources it refers to. ``leaving`` is set where
    git history or ``destroy``, not a tombstone, makes the resource absent.
    """

    ref: ResourceRef
    name: str
    spec: Mapping[str, Any]
    manifest: Manifest
    depends_on: tuple[ResourceRef, ...] = ()
    output_model: str | None = None
    leaving: Leaving | None = None

    @property
    def id(self) -> str:
        return self.name.rpartition("/")[2]

    @property
    def absent(self) -> bool:
        """A tombstone: the resource should not exist."""
        return self.manifest.absent

    @property
    def pruned(self) -> bool:
        """Git history makes the resource absent: no document of the project declares it."""
        return self.leaving not in (None, DESTROYED)

    @property
    def files(self) -> FileSet | None:
        return self.manifest.files

    @property
    def location(self) -> SourceLocation:
        return self.manifest.location


@dataclass(frozen=True, slots=True)
class DesiredState:
    """All resources of the project, by ref, in the order of their files.

    ``graph`` has an edge from each resource to what it depends on. ``external`` are the
    full names outside the project that manifests mention, sorted.
    """

    account: str
    resources: Mapping[ResourceRef, Resource]
    graph: Graph[ResourceRef]
    external: tuple[str, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()
