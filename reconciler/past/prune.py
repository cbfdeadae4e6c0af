"""What git history proves to be ours and no manifest declares any more: to be deleted as if there
were a tombstone (contract sections 1.3 and 5)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from reconciler.desired.identity import version_stem
from reconciler.desired.resource import RETIRED, Leaving
from reconciler.diagnostic import Diagnostic, Severity
from reconciler.diff.look import Look
from reconciler.errors import ReconcilerError, Refused
from reconciler.kinds.identity import NaturalKey
from reconciler.kinds.registry import all_kinds
from reconciler.past.elsewhere import declared_elsewhere
from reconciler.past.leaving import Going, lifted, with_leaving
from reconciler.past.objects import GitObjects
from reconciler.past.proof import Search
from reconciler.past.ready import declares_anything
from reconciler.past.states import state_at
from reconciler.ref import ResourceRef

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from reconciler.desired.resource import DesiredState, Resource
    from reconciler.kinds.kind import Kind
    from reconciler.live.state import LiveResource, LiveState
    from reconciler.past.history import History
    from reconciler.past.proof import Proof


@dataclass(frozen=True, slots=True)
class PruneWish:
    """``--prune``: ``since`` is the commit whose declarations count (None: those of the whole
    history do)."""

    history: History
    since: str | None = None


def with_pruned(desired: DesiredState, live: LiveState, wish: PruneWish) -> DesiredState:
    """The desired state with every resource of the account that is to go by history, as an absent
    one, and a warning for each that looks like one and stays.

    ``live`` is the whole account. Raises Refused when a part of it, or of the history, could not
    be read.
    """
    for kind, why in sorted(live.incomplete.items()):
        said = f"--prune: the list of every {kind} could not be read completely: {why}"
        raise Refused(said, "what is not known to be unused is not deleted: plan again")
    try:
        with GitObjects(wish.history.root) as objects:
            return _Prune(desired, live, wish, objects).run()
    except ReconcilerError as error:
        raise Refused(f"--prune: {error.message}", error.hint) from None


def pruned_before(desired: DesiredState, live: LiveState, wish: PruneWish) -> DesiredState:
    """What the same wish would have made of the state at an earlier commit, where the history of
    ``wish`` begins; the state as it was where it would have been refused."""
    unnamed = any(error.ref is None for error in _errors(desired))
    if unnamed or not declares_anything(desired):
        return desired
    return with_pruned(desired, live, wish)


def _errors(desired: DesiredState) -> list[Diagnostic]:
    return [found for found in desired.diagnostics if found.severity is Severity.ERROR]


class _Prune:
    """One search: what is unmanaged, what of it is proved to be ours, what of that is to go."""

    def __init__(
        self, desired: DesiredState, live: LiveState, wish: PruneWish, objects: GitObjects
    ) -> None:
        self._desired = desired
        self._history, self._since = wish.history, wish.since
        self._objects = objects
        self._kinds = all_kinds()
        self._damaged = {error.ref for error in _errors(desired)}
        self._unmanaged = unmanaged(desired, live, self._kinds)

    def run(self) -> DesiredState:
        proofs = self._proofs()
        removed = [proof for proof in proofs.values() if not self._stands(proof)]
        kept = declared_elsewhere(
            {proof.declared.ref: self._ids(proof) for proof in removed},
            self._history,
            self._objects,
            self._desired.account,
        )
        going = [
            *lifted(proof for proof in removed if proof.declared.ref not in kept),
            *self._retired(proofs.values()),
        ]
        said = [*map(_elsewhere, kept.items()), *self._unproved(proofs)]
        return with_leaving(self._desired, going, said)

    def _proofs(self) -> dict[str, Proof]:
        """Of all that is unmanaged; with ``--since`` only of what that commit declared, and of
        versions, whose rule is ``keepLatest``."""
        wanted = self._unmanaged
        if self._since is not None:
            then = state_at(self._history, self._objects, self._since)
            ours = self._search(wanted).run([then] if then is not None else [])
            wanted = {n: one for n, one in wanted.items() if n in ours or self._version_of(one)}
        proofs = self._search(wanted).through(self._history)
        return self._with_last_word(proofs) if proofs and self._history.paths else proofs

    def _with_last_word(self, proofs: Mapping[str, Proof]) -> dict[str, Proof]:
        """The last revision which declared it counts, also beside the paths given: it may have
        moved. One with errors protects."""
        search = self._search({name: proof.live for name, proof in proofs.items()})
        whole = search.through(replace(self._history, paths=()))
        last = {name: one for name, one in whole.items() if name not in search.open}
        doubtful = filter(search.is_doubtful, search.open)
        last |= {name: replace(proofs[name], protected=True) for name in doubtful}
        return {**proofs, **last}

    def _search(self, wanted: Mapping[str, LiveResource]) -> Search:
        given = (self._desired.account, self._kinds, self._objects, self._history.cwd)
        return Search(wanted, *given, own=True)

    def _stands(self, proof: Proof) -> bool:
        """Whether a manifest still declares it, in another version or with errors. What the server
        names is known by what it says: another model on a deployment is another resource."""
        if proof.declared.ref in self._damaged:
            return True
        kind = self._kinds[proof.live.kind]
        now = self._desired.resources.get(proof.declared.ref)
        return now is not None and not now.absent and not isinstance(kind.identity, NaturalKey)

    def _ids(self, proof: Proof) -> Mapping[str, str]:
        """What a resource that the server names is known by: path and id."""
        identity = self._kinds[proof.live.kind].identity
        paths = identity.paths if isinstance(identity, NaturalKey) else ()
        return {path: str(proof.live.body.get(path)).rpartition("/")[2] for path in paths}

    def _version_of(self, live: LiveResource) -> Resource | None:
        """The declared resource, with ``keepLatest``, whose version it seems to be."""
        one = self._desired.resources.get(ResourceRef(live.kind, version_stem(live.id)))
        return one if one is not None and _keeps(one) is not None else None

    def _retired(self, proofs: Iterable[Proof]) -> Iterator[Going]:
        """Of each resource with ``keepLatest`` the proved older versions but the newest ones: those
        that a commit declared most recently, which a git revert would bring back first."""
        versions: dict[ResourceRef, list[Proof]] = {}
        for proof in proofs:
            exact = proof.live.id == proof.declared.ref.name  # from before its content counted
            if self._stands(proof) and not exact:
                versions.setdefault(proof.declared.ref, []).append(proof)
        for ref, found in versions.items():
            now = self._desired.resources.get(ref)
            keep = _keeps(now) if now is not None else None
            if keep is not None:
                older = sorted(found, key=lambda proof: (proof.order, proof.live.name))
                why = Leaving(RETIRED, f"an older version of {ref}, beyond keepLatest ({keep})")
                yield from (Going(proof, why, protected=False) for proof in older[keep:])

    def _unproved(self, proofs: Mapping[str, Proof]) -> Iterator[Diagnostic]:
        """What bears the name of a version and may be anybody's (contract 1.3)."""
        for name, live in self._unmanaged.items():
            version = self._version_of(live) if name not in proofs else None
            if version is not None:
                said = f"{name} looks like an older version, but no commit reachable from HEAD"
                yield _stays("unproved-version", f"{said} gives this id: it stays", version)


def _keeps(resource: Resource) -> int | None:
    return None if resource.absent else resource.manifest.lifecycle.keep_latest


def unmanaged(
    desired: DesiredState, live: LiveState, kinds: Mapping[str, Kind]
) -> dict[str, LiveResource]:
    """What is live and no manifest means, by full name; models that declared jobs make, and what is
    on its way out, aside."""
    look = Look(desired, live, kinds)
    means = (look.find(one) for one in desired.resources.values())
    ours = {one.name for one in means if one is not None}
    ours.update(one.output_model or "" for one in desired.resources.values())
    return {
        name: one
        for name, one in live.resources.items()
        if name not in ours and not kinds[one.kind].readiness(one.state).leaving
    }


def _elsewhere(found: tuple[ResourceRef, str]) -> Diagnostic:
    ref, path = found
    said = f"no manifest of this project declares it, but {path} does: it stays"
    return Diagnostic(Severity.WARNING, "declared-elsewhere", said, ref=ref)


def _stays(code: str, message: str, version: Resource) -> Diagnostic:
    return Diagnostic(Severity.WARNING, code, message, version.location, version.ref)
