"""Which live resources have a manifest that plans to no changes, and why others have none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.desired.identity import ID
from reconciler.kinds.identity import NaturalKey
from reconciler.kinds.kind import Readiness

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from reconciler.kinds.kind import Kind
    from reconciler.live.state import LiveResource


def choose(
    resources: Iterable[LiveResource], kinds: Mapping[str, Kind], account: str
) -> tuple[list[LiveResource], dict[str, str]]:
    """Those to export, sorted by kind and id, and a reason for each of the others, by name."""
    chosen: list[LiveResource] = []
    skipped: dict[str, str] = {}
    keys: set[tuple[str, ...]] = set()
    # The oldest first: of two loads of one model on one deployment it is the one that counts.
    for live in sorted(resources, key=lambda one: (one.kind, one.create_time, one.name)):
        kind = kinds[live.kind]
        key = _key(live, kind, account)
        why = _why_not(live, kind) or ("another one has the same key" if key in keys else "")
        if why:
            skipped[live.name] = why
            continue
        chosen.append(live)
        keys.update([key] if key else [])
    return sorted(chosen, key=lambda one: (one.kind, one.id)), skipped


def _why_not(live: LiveResource, kind: Kind) -> str:
    if not isinstance(kind.identity, NaturalKey) and not ID.fullmatch(live.id):
        return "its id cannot be a metadata.name"
    readiness = kind.readiness(live.state)
    if readiness is Readiness.UNKNOWN:
        return f'is in a state that this version does not know ("{live.state[:60]}")'
    if readiness.leaving:
        return f"is being deleted, or was ({live.state})"
    if readiness is Readiness.FAILED and not kind.runs_once:
        return f"has failed ({live.state})"
    if kind.content is not None and live.state == kind.content.uploading_state:
        return f"is {live.state}: its bytes are not there yet"
    return ""


def _key(live: LiveResource, kind: Kind, account: str) -> tuple[str, ...]:
    """What it is known by; an answer may name a resource of the account by its id alone."""
    if not isinstance(kind.identity, NaturalKey):
        return ()
    values = (str(live.body.get(path)) for path in kind.identity.paths)
    ours = f"accounts/{account}/"
    return (kind.name, *(v.rpartition("/")[2] if v.startswith(ours) else v for v in values))
