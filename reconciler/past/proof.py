"""Proof from git history that this project declared a live resource (contract section 5)."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from reconciler.desired.resource import DesiredState
from reconciler.diff.look import Look
from reconciler.graph import Graph
from reconciler.live.state import LiveState
from reconciler.past.declared import declared
from reconciler.past.log import has_other_line
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
    default counts), or what another line of history said, if that protects more. ``order`` counts
    from the newest commit on; ``last`` is the commit that ``protected`` was read from first."""

    live: LiveResource
    declared: Resource
    order: int
    last: str
    protected: bool | None = None


@dataclass(slots=True)
class Search:
    """Looks for proofs that the live resources ``wanted``, by name, were declared. ``open`` are
    those of which no commit has said yet whether they are protected. ``own``: what the project
    declared while its file named another account proves nothing; it protects all the same."""

    wanted: Mapping[str, LiveResource]
    account: str
    kinds: Mapping[str, Kind]
    objects: GitObjects
    cwd: Path
    own: bool = False
    proofs: dict[str, Proof] = field(default_factory=dict)
    open: set[str] = field(init=False)
    _sought: Wanted = field(init=False)
    _look: Look = field(init=False)
    _index: Index = field(init=False)
    _doubtful: set[ResourceRef] = field(default_factory=set)
    _said_elsewhere: dict[str, bool | None] = field(default_factory=dict)
    """Protection by name, of what another account's newer revisions declared."""
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
        self.run(states(history, self.objects, self._index, self._sought))
        self.heed_other_lines(history)
        return self.proofs

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
                self._match(one, order, state)
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

    def _match(self, one: Resource, order: int, state: State) -> None:
        as_gone = replace(one, manifest=replace(one.manifest, absent=True))
        live = self._look.find(as_gone)
        if live is None or live.name not in self.open:
            return
        protected = one.manifest.lifecycle.prevent_destroy
        if one.ref in self._doubtful:
            protected = True
        silent = one.absent and protected is None  # a silent tombstone: what stood before counts
        if self.own and state.project.account not in (None, self.account):
            if not silent:
                self._said_elsewhere.setdefault(live.name, protected)
            return
        protected = _stricter(protected, self._said_elsewhere.get(live.name, False))
        proof = self.proofs.get(live.name) or Proof(live, one, order, state.commit)
        self.proofs[live.name] = replace(proof, last=state.commit, protected=protected)
        if not silent:
            self.open.discard(live.name)

    def _heed_doubts(self) -> None:
        """Of what only silent tombstones told of: a manifest that cannot be read protects."""
        for name in sorted(self.open & self.proofs.keys()):
            if self.proofs[name].declared.ref in self._doubtful:
                self.proofs[name] = replace(self.proofs[name], protected=True)
                self.open.discard(name)

    def heed_other_lines(self, history: History) -> None:
        """Where lines of history were merged, the newest commit that declared a resource need not
        be the only last one: what one of them protects is protected."""
        for commit, names in self._unprotected().items():
            others = replace(history, without=(*history.without, commit))
            if not has_other_line(others):
                continue
            wanted = {name: self.wanted[name] for name in names}
            search = Search(wanted, self.account, self.kinds, self.objects, self.cwd)
            found = search.through(others)
            for name in names:
                there = found[name].protected if name in found.keys() - search.open else False
                here = self.proofs[name].protected
                protected = True if search.is_doubtful(name) else _stricter(here, there)
                self.proofs[name] = replace(self.proofs[name], protected=protected)

    def _unprotected(self) -> dict[str, list[str]]:
        """The names that nothing protects so far, by the commit which said so."""
        found: dict[str, list[str]] = {}
        for name, proof in self.proofs.items():
            if name not in self.open and proof.protected is not True:
                found.setdefault(proof.last, []).append(name)
        return found

    def is_doubtful(self, name: str) -> bool:
        """Whether a manifest with errors seems to declare what has this name as its id."""
        live = self.wanted[name]
        return ResourceRef(live.kind, live.id) in self._doubtful

    def _still_sought(self) -> Wanted:
        return Wanted.of((self.wanted[name] for name in self.open), self.kinds)


def _stricter(one: bool | None, other: bool | None) -> bool | None:
    """The default of a kind (None) protects at least as well as an explicit no."""
    return True if True in (one, other) else None if None in (one, other) else False
