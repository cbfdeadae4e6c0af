"""Proof from git history that this project declared a live resource (contract section 5)."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from reconciler.desired.resource import DesiredState
from reconciler.diff.look import Look
from reconciler.graph import Graph
from reconciler.live.state import LiveState
from reconciler.past.declared import declared
from reconciler.past.states import states
from reconciler.past.wanted import Wanted
from reconciler.past.words import Index
from reconciler.ref import ResourceRef

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Mapping
    from pathlib import Path

    from reconciler.desired.resource import Resource
    from reconciler.kinds.kind import Kind
    from reconciler.live.state import LiveResource
    from reconciler.past.declared import Past
    from reconciler.past.history import History
    from reconciler.past.objects import GitObjects
    from reconciler.past.states import State


@dataclass(frozen=True, slots=True)
class Proof:
    """``declared`` is the resource as the newest commit that declared it had it, its place with
    the commit; ``protected`` what that commit said of ``preventDestroy`` (None: the kind's
    default counts). ``order`` counts from the newest commit on."""

    live: LiveResource
    declared: Resource
    order: int
    protected: bool | None = None


@dataclass(slots=True)
class Search:
    """Looks for proofs that the live resources ``wanted``, by name, were declared. ``open`` are
    those of which no commit has said yet whether they are protected."""

    wanted: Mapping[str, LiveResource]
    account: str
    kinds: Mapping[str, Kind]
    objects: GitObjects
    cwd: Path
    proofs: dict[str, Proof] = field(default_factory=dict)
    open: set[str] = field(init=False)
    _sought: Wanted = field(init=False)
    _look: Look = field(init=False)
    _index: Index = field(init=False)
    _doubtful: set[ResourceRef] = field(default_factory=set)
    _seen: set[Hashable] = field(default_factory=set)
    _linked: set[Hashable] = field(default_factory=set)

    def __post_init__(self) -> None:
        nothing = DesiredState(self.account, {}, Graph({}))
        self._look = Look(nothing, LiveState(self.account, self.wanted), self.kinds)
        self._index = Index(self.objects)
        self.open = set(self.wanted)
        self._sought = self._still_sought()

    def through(self, history: History) -> dict[str, Proof]:
        """The proofs that a history gives. Raises as ``run``."""
        return self.run(states(history, self.objects, self._index, self._sought))

    def run(self, states: Iterable[State]) -> dict[str, Proof]:
        """The proofs by full resource name; ``states`` come newest first, and no more of them are
        looked at than needed. Raises ReconcilerError for an object that git cannot read."""
        for order, state in enumerate(states if self.open else ()):
            past = self._declared(state)
            if past is None:
                continue
            self._doubtful |= past.doubtful
            known = len(self.open)
            for one in past.resources:
                self._match(one, order)
            self._heed_doubts()
            if not self.open:
                break
            if len(self.open) < known:
                self._sought = self._still_sought()
        return self.proofs

    def _declared(self, state: State) -> Past | None:
        """What the state declared of what is still looked for; None where that is nothing new."""
        about = self._index.about(state.blobs, self._sought)
        if not about:
            return None
        facts = (id(state.project), about)
        key = (*facts, self._index.sources(state.files, about))
        if (*key, state.tree if facts in self._linked else "") in self._seen:
            return None
        past = declared(state, (path for path, _ in about), self.account, self.cwd)
        if state.files.links_met:
            self._linked.add(facts)
        self._seen.add((*key, state.tree if facts in self._linked else ""))
        return past

    def _match(self, one: Resource, order: int) -> None:
        as_gone = replace(one, manifest=replace(one.manifest, absent=True))
        live = self._look.find(as_gone)
        if live is None or live.name not in self.open:
            return
        protected = one.manifest.lifecycle.prevent_destroy
        if one.ref in self._doubtful:
            protected = True
        proof = self.proofs.get(live.name) or Proof(live, one, order)
        self.proofs[live.name] = replace(proof, protected=protected)
        if not one.absent or protected is not None:  # a silent tombstone: what stood before counts
            self.open.discard(live.name)

    def _heed_doubts(self) -> None:
        """Of what only silent tombstones told of: a manifest that cannot be read protects."""
        for name in sorted(self.open & self.proofs.keys()):
            if self.proofs[name].declared.ref in self._doubtful:
                self.proofs[name] = replace(self.proofs[name], protected=True)
                self.open.discard(name)

    def is_doubtful(self, name: str) -> bool:
        """Whether a manifest with errors seems to declare what has this name as its id."""
        live = self.wanted[name]
        return ResourceRef(live.kind, live.id) in self._doubtful

    def _still_sought(self) -> Wanted:
        return Wanted.of((self.wanted[name] for name in self.open), self.kinds)
