"""What a snapshot asks for by name, since lists do not show it, or not as it is (R12)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reconciler.desired.collections import leaving
from reconciler.kinds.identity import NaturalKey
from reconciler.kinds.kind import Readiness
from reconciler.kinds.registry import all_kinds

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from reconciler.desired.resource import DesiredState, Resource
    from reconciler.kinds.kind import Kind
    from reconciler.live.state import LiveState
    from reconciler.ref import ResourceRef

Named = tuple[str, str, "Kind"]
"""Resource name, id and kind."""


def missing(desired: DesiredState, found: LiveState) -> Sequence[Named]:
    """(name, id, kind) of every desired resource that no list showed, once each.

    Of a job whose record is gone its output model too: it is the proof that the job has run.
    """
    unseen: dict[str, Named] = {}
    for ref, resource in desired.resources.items():
        if resource.name and resource.name not in found.resources:
            names = _names(resource, all_kinds()[ref.kind])
            unseen |= {one[0]: one for one in _unlisted(names, found)}
    return list(unseen.values())


def to_leave(
    desired: DesiredState, found: LiveState, remade: frozenset[ResourceRef]
) -> Sequence[Named]:
    """(name, id, kind) of every listed resource that is to leave: only it itself says whether it is
    still there, and who uses it. Of what would be made again the output model too: should the
    record be gone, it is the proof that the job has run."""
    listed = [
        found.resources[name]
        for ref in leaving(desired, remade)
        for name in _listed(desired.resources[ref], found)
    ]
    again = (one for ref, one in desired.resources.items() if ref in remade)
    models = (pair for one in again for pair in _names(one, all_kinds()[one.ref.kind])[1:])
    return [
        *((one.name, one.id, all_kinds()[one.kind]) for one in listed),
        *_unlisted(models, found),
    ]


def made_since(desired: DesiredState, found: LiveState) -> Sequence[Named]:
    """The same of each output model that nobody saw though its job has ended well: it was asked
    for before the job had ended (F55), and only now can it be called gone."""
    made: dict[str, Named] = {}
    for ref, resource in desired.resources.items():
        if not resource.output_model or resource.output_model in found.resources:
            continue
        live, owner = found.resources.get(resource.name), all_kinds()[ref.kind]
        if live is not None and owner.readiness(live.state) is Readiness.READY:
            made |= {one[0]: one for one in _unlisted(_names(resource, owner)[1:], found)}
    return list(made.values())


def _listed(resource: Resource, found: LiveState) -> Sequence[str]:
    """The listed names that a resource may bear; where the server names it, of all that have its
    key: the same ids, whether they are written in full or not."""
    identity = all_kinds()[resource.ref.kind].identity
    if resource.name or not isinstance(identity, NaturalKey):
        return [resource.name] if resource.name in found.resources else []
    key = _ids(resource.spec, identity)
    alike = (one for one in found.resources.values() if one.kind == resource.ref.kind)
    return [one.name for one in alike if _ids(one.body, identity) == key]


def _ids(fields: Mapping[str, Any], identity: NaturalKey) -> list[str]:
    return [str(fields.get(path)).rpartition("/")[2] for path in identity.paths]


def _unlisted(pairs: Iterable[tuple[str, Kind]], found: LiveState) -> Iterator[Named]:
    """(name, id, kind) of those that no list showed, where one could be read."""
    for name, kind in pairs:
        if name not in found.resources and kind.name not in found.incomplete:
            yield name, name.rpartition("/")[2], kind


def _names(resource: Resource, kind: Kind) -> Sequence[tuple[str, Kind]]:
    names = [(resource.name, kind)]
    if resource.output_model:
        collection = resource.output_model.split("/")[-2]
        names += [
            (resource.output_model, other)
            for other in all_kinds().values()
            if other.collection == collection
        ]
    return names
