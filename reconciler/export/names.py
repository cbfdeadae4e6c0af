"""What exported resources are called, and which of their references may be short."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from reconciler.desired.fields import find, put_all
from reconciler.desired.identity import ID, full_name
from reconciler.kinds.identity import NaturalKey
from reconciler.kinds.kind import OUTPUT_KIND
from reconciler.kinds.value_at import value_at
from reconciler.ref import ResourceRef

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from reconciler.kinds.kind import Kind, Reference
    from reconciler.live.state import LiveResource


def refs_of(chosen: Iterable[LiveResource], kinds: Mapping[str, Kind]) -> dict[str, ResourceRef]:
    """A ref for each, by resource name. Where the server names it, what it is made of does."""
    found: dict[str, ResourceRef] = {}
    taken: set[ResourceRef] = set()
    for live in chosen:
        ref = ResourceRef(live.kind, _name(live, kinds[live.kind]))
        if ref in taken:
            ref = ResourceRef(live.kind, _hashed(live))
        taken.add(ref)
        found[live.name] = ref
    return found


def _name(live: LiveResource, kind: Kind) -> str:
    """The id; of a load ``<model>-on-<deployment>``, if that is an id."""
    if not isinstance(kind.identity, NaturalKey):
        return live.id
    parts = [
        str(value_at(dict(live.body), path)).rpartition("/")[2] for path in kind.identity.paths
    ]
    name = "-on-".join(parts)
    return name if ID.fullmatch(name) else _hashed(live)


def _hashed(live: LiveResource) -> str:
    """A name of our own that is always the same for the same resource."""
    return f"x-{hashlib.sha256(live.name.encode()).hexdigest()[:10]}"


class ShortNames:
    """Resource names of the exported set as the short names that would mean them there."""

    def __init__(
        self, chosen: Iterable[LiveResource], account: str, kinds: Mapping[str, Kind]
    ) -> None:
        self._account = account
        self._kinds = kinds
        self._meant: dict[ResourceRef, str] = {}
        for live in chosen:
            kind = kinds[live.kind]
            if isinstance(kind.identity, NaturalKey):
                continue
            self._meant[ResourceRef(live.kind, live.id)] = live.name
            if model := self._output(live, kind):
                self._meant.setdefault(ResourceRef(OUTPUT_KIND, model.rpartition("/")[2]), model)

    def shortened(self, spec: dict[str, Any], kind: Kind) -> dict[str, Any]:
        """The spec with every reference as a user would write it."""
        new = {
            place: self._reference(value, reference)
            for reference in kind.references
            for place, value in find(spec, reference.path)
            if isinstance(value, str) and value
        }
        if kind.output_model and isinstance(model := value_at(spec, kind.output_model), str):
            ours = self._of_account(model, OUTPUT_KIND)
            new[tuple(kind.output_model.split("."))] = model.rpartition("/")[2] if ours else model
        return dict(put_all(spec, new))

    def _reference(self, value: str, reference: Reference) -> str:
        """The short name if it means just this here, else the full one."""
        short = value.rpartition("/")[2]
        whole = value if "/" in value else self._whole(value, reference)
        known = (self._meant.get(ResourceRef(name, short)) for name in reference.kinds)
        return short if next((name for name in known if name), None) == whole else whole

    def _whole(self, short: str, reference: Reference) -> str:
        known = (self._kinds[name] for name in reference.kinds if name in self._kinds)
        kind = next(known, None)
        collection = kind.collection if kind else reference.collection
        return f"accounts/{self._account}/{collection}/{short}"

    def _output(self, live: LiveResource, kind: Kind) -> str:
        """The full name of the model that a job makes, "" for what makes none of this account."""
        if not kind.output_model:
            return ""
        model = value_at(dict(live.body), kind.output_model)
        named = model if isinstance(model, str) and model else live.id
        if "/" in named:
            return named if self._of_account(named, OUTPUT_KIND) else ""
        return full_name(self._account, self._kinds[OUTPUT_KIND], named)

    def _of_account(self, name: str, kind: str) -> bool:
        collection = f"accounts/{self._account}/{self._kinds[kind].collection}/"
        return "/" not in name or name.startswith(collection)
