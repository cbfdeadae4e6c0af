"""Finds the live resource that a desired one means."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from reconciler.diff.compare import differences, same_at
from reconciler.diff.same import is_zero
from reconciler.kinds.identity import NaturalKey
from reconciler.kinds.kind import OUTPUT_KIND, Kind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reconciler.desired.resource import DesiredState, Resource
    from reconciler.live.state import LiveResource, LiveState
    from reconciler.ref import ResourceRef


@dataclass(frozen=True, slots=True)
class Look:
    """Both states and the kinds; ``replace`` are the refs that the user wants made again."""

    desired: DesiredState
    live: LiveState
    kinds: Mapping[str, Kind]
    replace: frozenset[ResourceRef] = frozenset()
    _of_kind: dict[str, list[LiveResource]] = field(default_factory=dict)

    def kind(self, resource: Resource) -> Kind:
        return self.kinds[resource.ref.kind]

    def unread(self, resource: Resource, found: LiveResource | None) -> str | None:
        """Why nothing can be said of the resource: a list that it needs could not be read."""
        incomplete = self.live.incomplete
        why = incomplete.get(resource.ref.kind)
        if why is None and found is None and resource.output_model is not None:
            return incomplete.get(OUTPUT_KIND)
        return why

    def maker(self, resource: Resource) -> Resource | None:
        """The job of the project whose output model this resource describes."""
        needed = (self.desired.resources.get(ref) for ref in resource.depends_on)
        return next((job for job in needed if job and job.output_model == resource.name), None)

    def find(self, resource: Resource) -> LiveResource | None:
        """The live resource by its name, else, where the server may name it, by what it says."""
        found = self.live.get(resource.name) if resource.name else None
        if found is not None:
            return found
        kind = self.kind(resource)
        if isinstance(kind.identity, NaturalKey):
            return self._by_key(resource, kind, kind.identity.paths)
        return self._renamed(resource, kind) if kind.match else None

    def _by_key(
        self, resource: Resource, kind: Kind, paths: tuple[str, ...]
    ) -> LiveResource | None:
        """Where several have the key, the oldest that is not on its way out."""
        found = [r for r in self.listed(kind) if _agree(paths, resource, r, kind)]

        def rank(live: LiveResource) -> tuple[bool, str, str]:
            return kind.readiness(live.state).leaving, live.create_time, live.name

        return min(found, key=rank, default=None)

    def _renamed(self, resource: Resource, kind: Kind) -> LiveResource | None:
        """A job under another id (contract 8): the one that makes our model, else an equal one.

        Equal records may be earlier attempts of the same manifest: as many as attempts must be
        there before the latest has run.
        """
        listed = self.listed(kind)
        ours = next((r for r in listed if _makes(resource.output_model, r, kind)), None)
        if ours is not None or resource.absent:
            return ours
        equal = [r for r in listed if self._unclaimed(r, kind) and _says_it(resource, r, kind)]
        if len(equal) < resource.manifest.lifecycle.attempt:
            return None
        return max(equal, key=lambda r: (r.create_time, r.name))

    def listed(self, kind: Kind) -> list[LiveResource]:
        """Every live resource of the kind."""
        if not self._of_kind:
            for live in self.live.resources.values():
                self._of_kind.setdefault(live.kind, []).append(live)
        return self._of_kind.get(kind.name, [])

    def _unclaimed(self, live: LiveResource, kind: Kind) -> bool:
        """Whether no other resource of the project owns it, by its name or by its model."""
        return not any(
            live.name == other.name or _makes(other.output_model, live, kind)
            for other in self.desired.resources.values()
            if other.ref.kind == kind.name
        )


def _agree(paths: tuple[str, ...], resource: Resource, live: LiveResource, kind: Kind) -> bool:
    return all(same_at(path, resource, live, kind) for path in paths)


def _makes(model: str | None, live: LiveResource, kind: Kind) -> bool:
    named = live.body.get(kind.output_model or "")
    if not (model and isinstance(named, str) and named):
        return False
    return named == model if "/" in named else named == model.rpartition("/")[2]


def _says_it(resource: Resource, live: LiveResource, kind: Kind) -> bool:
    """Equal where ``Kind.match`` says; one that names another model must be equal throughout."""
    if not _agree(kind.match, resource, live, kind):
        return False
    if is_zero(live.body.get(kind.output_model or "")):
        return True
    return all(d.change.path == kind.output_model for d in differences(resource, live))
