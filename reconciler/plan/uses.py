"""Who uses a live resource: the references of everything live, turned round."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from reconciler.desired.fields import find
from reconciler.kinds.kind import OUTPUT_KIND, Readiness

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from reconciler.desired.resource import DesiredState
    from reconciler.kinds.kind import Kind, Reference
    from reconciler.live.state import LiveResource, LiveState

ENDED = (Readiness.READY, Readiness.FAILED)


@dataclass(frozen=True, slots=True)
class Use:
    """``user`` refers to a resource in its field ``path`` (for a job also: is to make it)."""

    user: LiveResource
    path: str


def uses(live: LiveState, kinds: Mapping[str, Kind]) -> dict[str, list[Use]]:
    """Full resource names to those that use them now: a job until it has ended, anything else as
    long as it is there. Fields that only tell where something came from are no use."""
    found: dict[str, list[Use]] = {}
    for user in live.resources.values():
        kind = kinds.get(user.kind)
        if kind is not None and _lasts(user, kind):
            for name, path in _names(user, kind, kinds, live.account):
                if name != user.name:
                    found.setdefault(name, []).append(Use(user, path))
    return found


def mentions(desired: DesiredState, kinds: Mapping[str, Kind]) -> dict[str, list[str]]:
    """Full names of live resources that no manifest declares, to what the manifests that name them
    would have use them: "Kind/name (field)". Names that only tell of a lineage are no use."""
    undeclared, found = frozenset(desired.external), dict[str, list[str]]()
    for ref, one in desired.resources.items() if undeclared else ():
        for reference in kinds[ref.kind].references if not one.absent else ():
            for _, value in find(one.spec, reference.path) if not reference.lineage else ():
                name = str(value).partition("/versions/")[0]
                if value in undeclared or name in undeclared:
                    found.setdefault(name, []).append(f"{ref} ({reference.path})")
    return found


def refers_to(kind: Kind, other: Kind) -> bool:
    """Whether resources of one kind may use those of the other."""
    return any(other.name in reference.kinds for reference in kind.references)


def loaded_on(live: LiveResource, kind: Kind) -> tuple[str, ...]:
    """What the platform itself says uses the resource (``Kind.used_by``), by name, sorted."""
    items = (item for path in kind.used_by for item in _items(live.body.get(path)))
    return tuple(sorted({_user_name(item) for item in items}))


def _items(value: object) -> list[object]:
    """Whatever is not a list and says something is one user: unknown is not unused."""
    return value if isinstance(value, list) else [value] if value else []


def _user_name(item: object) -> str:
    if isinstance(item, dict):
        return str(item.get("deployment") or item.get("name") or "something unnamed")
    return str(item)


def _lasts(user: LiveResource, kind: Kind) -> bool:
    readiness = kind.readiness(user.state)
    if readiness is Readiness.DELETED:
        return False
    return not kind.runs_once or readiness not in ENDED


def _names(
    user: LiveResource, kind: Kind, kinds: Mapping[str, Kind], account: str
) -> Iterator[tuple[str, str]]:
    for reference in kind.references:
        for _, value in find(user.body, reference.path) if not reference.lineage else ():
            if isinstance(value, str) and value:
                for name in _full(value, reference, kinds, account):
                    yield name, reference.path
    path = kind.output_model or ""
    for _, model in find(user.body, path):
        if isinstance(model, str) and model:
            yield _output(model, kinds, account), path


def _full(
    value: str, reference: Reference, kinds: Mapping[str, Kind], account: str
) -> tuple[str, ...]:
    """Short names may mean any of the reference's kinds; versions count as the resource itself."""
    if "/" in value:
        return (value.partition("/versions/")[0],)
    known = (kinds[name].collection for name in reference.kinds if name in kinds)
    return tuple(f"accounts/{account}/{collection}/{value}" for collection in known)


def _output(value: str, kinds: Mapping[str, Kind], account: str) -> str:
    collection = kinds[OUTPUT_KIND].collection
    return value if "/" in value else f"accounts/{account}/{collection}/{value}"
