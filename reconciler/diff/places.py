"""Who is where a resource that the server names is to go: what it takes down, what stays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reconciler.desired.identity import version_stem
from reconciler.diff.compare import same_at
from reconciler.kinds.identity import NaturalKey
from reconciler.kinds.kind import Readiness

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from reconciler.desired.resource import Resource
    from reconciler.diff.look import Look
    from reconciler.kinds.kind import Kind
    from reconciler.live.state import LiveResource

LEAVING = (Readiness.VANISHING, Readiness.DELETED)


def others_in_place(resource: Resource, look: Look) -> tuple[LiveResource, ...]:
    """The live ones that the platform takes down when this one is made (``Displacement``)."""
    displaces = look.kind(resource).manners.displaces
    if displaces is None or resource.spec.get(displaces.parameter) is not True:
        return ()
    return tuple(_there(resource, look, (displaces.shared,)))


def called(live: LiveResource, kind: Kind) -> str:
    """What a reader knows it by: ``bot-1361c50ef3 (x1)``."""
    return f"{key_names(live.body, kind)} ({live.id})"


def key_names(body: Mapping[str, Any], kind: Kind) -> str:
    """The names of its key that do not say where it is."""
    identity, displaces = kind.identity, kind.manners.displaces
    paths = identity.paths if isinstance(identity, NaturalKey) else ()
    where = displaces.shared if displaces is not None else ""
    return ", ".join(str(body.get(path)).rpartition("/")[2] for path in paths if path != where)


def older_versions(resource: Resource, look: Look) -> Iterator[tuple[LiveResource, str]]:
    """Live ones that stay, and differ from this one in the version of one name of its key only:
    each with the path of that name. Those that another manifest declares are no older versions."""
    identity = look.kind(resource).identity
    if not isinstance(identity, NaturalKey):
        return
    gone = {live.name for live in others_in_place(resource, look)}
    for path in identity.paths:
        stem = version_stem(str(resource.spec.get(path)))
        rest = tuple(other for other in identity.paths if other != path)
        for live in _there(resource, look, rest) if stem else ():
            known = version_stem(str(live.body.get(path)))
            if known == stem and live.name not in gone and not _declared(live, resource, look):
                yield live, path


def _there(resource: Resource, look: Look, paths: tuple[str, ...]) -> Iterator[LiveResource]:
    kind = look.kind(resource)
    for live in look.listed(kind):
        stays = kind.readiness(live.state) not in LEAVING
        if stays and all(same_at(path, resource, live, kind) for path in paths):
            yield live


def _declared(live: LiveResource, resource: Resource, look: Look) -> bool:
    """Whether a manifest, or a tombstone, speaks of it."""
    others = (o for o in look.desired.resources.values() if o.ref.kind == resource.ref.kind)
    return any(look.find(other) == live for other in others)
