"""What the project declares, findable by kind and short name, the output models of jobs too."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from reconciler.kinds.kind import OUTPUT_KIND
from reconciler.kinds.value_at import value_at
from reconciler.ref import ResourceRef

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from reconciler.kinds.kind import Kind
    from reconciler.manifest.manifest import Manifest


@dataclass(frozen=True, slots=True)
class Catalog:
    """``manifests`` by ref (the first of duplicates); ``outputs`` maps the short name of an output
    model to the jobs that make it, broken ones too; ``broken`` are refs whose manifest had errors:
    they exist, but are not built. ``whole`` is the catalog of the project of which this is a part,
    where somebody asked for a part."""

    kinds: Mapping[str, Kind]
    manifests: Mapping[ResourceRef, Manifest]
    outputs: Mapping[str, tuple[ResourceRef, ...]]
    broken: frozenset[ResourceRef] = field(default_factory=frozenset)
    whole: Catalog | None = None

    def kind(self, ref: ResourceRef) -> Kind:
        return self.kinds[ref.kind]

    def makers(self, name: str) -> tuple[ResourceRef, ...]:
        """The jobs whose output model has this short name."""
        return self.outputs.get(name, ())

    def made_by(self, ref: ResourceRef) -> ResourceRef | None:
        """The job whose output model this manifest describes, if it is such a manifest."""
        if ref.kind != OUTPUT_KIND or (manifest := self.manifests[ref]).files is not None:
            return None
        jobs = self.makers(ref.name)
        known = (job for job in jobs if job in self.manifests)
        return next((j for j in known if manifest.absent or not self.manifests[j].absent), None)

    def find(self, kind: str, name: str) -> ResourceRef | None:
        """What a short name means: a manifest of that kind, else a job's output model."""
        ref = ResourceRef(kind, name)
        if ref in self.manifests or ref in self.broken:
            return ref
        if kind == OUTPUT_KIND:
            return next(iter(self.makers(name)), None)
        return None

    def names(self, kinds: Iterable[str]) -> tuple[str, ...]:
        """All short names that mean something where these kinds are expected, sorted."""
        wanted = set(kinds)
        names = {ref.name for ref in (*self.manifests, *self.broken) if ref.kind in wanted}
        return tuple(sorted(names | (set(self.outputs) if OUTPUT_KIND in wanted else set())))


def make_catalog(
    manifests: Sequence[Manifest],
    kinds: Mapping[str, Kind],
    broken: frozenset[ResourceRef] = frozenset(),
    damaged: Sequence[Manifest] = (),
    whole: Sequence[Manifest] = (),
) -> Catalog:
    """The catalog of all manifests; of two with one ref the first counts.

    ``damaged`` are manifests of ``broken`` refs: only the names of their output models count.
    """
    first: dict[ResourceRef, Manifest] = {}
    for manifest in manifests:
        first.setdefault(manifest.ref, manifest)
    makers = dict(first)
    for manifest in damaged:
        makers.setdefault(manifest.ref, manifest)
    around = make_catalog(whole, kinds) if whole else None
    return Catalog(kinds, first, _outputs(makers, kinds), broken, around)


def output_name(manifest: Manifest, kind: Kind) -> str | None:
    """What the manifest calls its output model: a short or full name, by default its own name."""
    if not kind.output_model:
        return None
    named = value_at(manifest.spec, kind.output_model)
    return named if isinstance(named, str) and named else manifest.ref.name


def _outputs(
    manifests: Mapping[ResourceRef, Manifest], kinds: Mapping[str, Kind]
) -> dict[str, tuple[ResourceRef, ...]]:
    found: dict[str, tuple[ResourceRef, ...]] = {}
    for ref, manifest in manifests.items():
        name = output_name(manifest, kinds[ref.kind])
        if name and "/" not in name:
            found[name] = (*found.get(name, ()), ref)
    # A job that stays comes before a tombstone that would have made the same model.
    return {
        name: jobs if len(jobs) == 1 else tuple(sorted(jobs, key=lambda j: manifests[j].absent))
        for name, jobs in found.items()
    }
