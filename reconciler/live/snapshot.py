"""The account as one value: collections listed side by side, what is missing asked for by name."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from reconciler.desired.collections import kinds_to_list, leaving
from reconciler.diagnostic import Diagnostic, Severity
from reconciler.errors import AlreadyExists, ApiError, PermissionDenied, Unauthenticated
from reconciler.kinds.kind import NaturalKey, Readiness
from reconciler.kinds.registry import all_kinds
from reconciler.live.rehearse import judged, not_rehearsed, to_rehearse
from reconciler.live.state import LiveResource, LiveState

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from reconciler.desired.resource import DesiredState, Resource
    from reconciler.kinds.kind import Kind
    from reconciler.live.state import Rehearsal
    from reconciler.provider import Reader
    from reconciler.ref import ResourceRef

T = TypeVar("T")

UNIMPLEMENTED = 12
"""The gRPC code of a collection that is gone, as the older job collection may be."""


def take_snapshot(
    desired: DesiredState,
    reader: Reader,
    *,
    remade: frozenset[ResourceRef] = frozenset(),
    rehearse: bool = True,
    listed: LiveState | None = None,
    parallelism: int = 8,
) -> LiveState:
    """Everything that a plan for ``desired`` needs to know of the account; ``remade`` are the refs
    to be deleted and made again. Where something leaves, whatever may use it is listed too.
    ``rehearse``: also what the platform's own dry run says of what is to be made.
    ``listed`` is the whole account, just read (``list_account``): then no list is asked for again.

    A resource that its list does not show is read by name before it counts as absent, and so is one
    that leaves before it counts as there: lists lag, and their pages shift (fault model R12).
    Raises ApiError when the key is refused, or when no collection at all can be read; one that
    cannot is noted as incomplete.
    """
    snapshot = _Snapshot(reader, parallelism)
    if listed is not None:
        snapshot.begin_with(listed)
    else:
        snapshot.list_kinds(kinds_to_list(desired, all_kinds(), remade))
    snapshot.confirm([*_missing(desired, snapshot), *_leaving(desired, snapshot, remade)])
    snapshot.confirm(_made(desired, snapshot))
    snapshot.read_external(desired.external)
    if rehearse:
        snapshot.rehearse(list(to_rehearse(desired, snapshot.state(), all_kinds())))
    return snapshot.state()


def list_account(
    reader: Reader, kinds: Iterable[Kind] | None = None, *, parallelism: int = 8
) -> LiveState:
    """Every resource of these kinds (None: of every kind that the platform has), declared or not.
    Raises as ``take_snapshot``."""
    snapshot = _Snapshot(reader, parallelism)
    snapshot.list_kinds(all_kinds().values() if kinds is None else kinds, all_there=kinds is None)
    return snapshot.state()


@dataclass(slots=True)
class _Snapshot:
    """What is known so far; only this thread writes to it."""

    reader: Reader
    parallelism: int
    resources: dict[str, LiveResource] = field(default_factory=dict)
    external: dict[str, LiveResource | None] = field(default_factory=dict)
    incomplete: dict[str, str] = field(default_factory=dict)
    diagnostics: list[Diagnostic] = field(default_factory=list)
    rehearsals: dict[ResourceRef, Rehearsal] = field(default_factory=dict)

    def begin_with(self, listed: LiveState) -> None:
        self.resources.update(listed.resources)
        self.incomplete.update(listed.incomplete)

    def list_kinds(self, kinds: Iterable[Kind], *, all_there: bool = False) -> None:
        """``all_there``: a collection that the platform says it does not have is an empty one."""
        wanted = list(kinds)
        answers = self._all([_lister(self.reader, kind) for kind in wanted])
        errors = [answer for answer in answers if isinstance(answer, ApiError)]
        if errors and len(errors) == len(wanted):
            raise errors[0]
        for kind, answer in zip(wanted, answers, strict=True):
            if isinstance(answer, ApiError) and all_there and answer.code == UNIMPLEMENTED:
                self.diagnostics.append(_not_offered(kind))
            elif isinstance(answer, ApiError):
                self.incomplete[kind.name] = answer.message
            else:
                self.resources.update((live.name, live) for live in answer)
                self._demand_keys(kind, answer)

    def _demand_keys(self, kind: Kind, listed: Iterable[LiveResource]) -> None:
        """Where only a key tells which is which, one without it may be any of ours (R11)."""
        if not isinstance(kind.identity, NaturalKey):
            return
        for live in listed:
            if missing := kind.identity.missing_in(live.body):
                self.incomplete[kind.name] = f"{live.id} does not say its {missing}"
                return

    def confirm(self, missing: Iterable[tuple[str, str, Kind]]) -> None:
        """Read (name, id, kind) of what lists may not show, or not as it is: what is not found is
        not there. A failure makes its kind incomplete."""
        wanted = list(missing)
        answers = self._all([_reader(self.reader, kind, id_) for _, id_, kind in wanted])
        for (name, _, kind), answer in zip(wanted, answers, strict=True):
            if isinstance(answer, ApiError):
                self.incomplete.setdefault(kind.name, answer.message)
            elif answer is not None:
                self.resources[name] = answer
            else:
                self.resources.pop(name, None)

    def read_external(self, names: Iterable[str]) -> None:
        """What full names outside the project answer; one that may not be seen is not found."""
        wanted = list(names)
        answers = self._all([_name_reader(self.reader, name) for name in wanted])
        for name, answer in zip(wanted, answers, strict=True):
            if isinstance(answer, PermissionDenied):
                self.external[name] = None
            elif isinstance(answer, ApiError):
                self.diagnostics.append(_not_checked(name, answer))
            else:
                self.external[name] = answer

    def rehearse(self, wanted: Sequence[tuple[Kind, Resource]]) -> None:
        """Ask what creating each would do; where no answer comes, a warning says so."""
        answers = self._all([_rehearser(self.reader, kind, one) for kind, one in wanted])
        pairs = list(zip(wanted, answers, strict=True))
        # One that exists by now was made by another run since the first look.
        made = [each for each, answer in pairs if isinstance(answer, AlreadyExists)]
        self.confirm((resource.name, resource.id, kind) for kind, resource in made)
        for (_, resource), answer in pairs:
            verdict = judged(answer)
            if resource.name in self.resources:
                continue
            if verdict is not None:
                self.rehearsals[resource.ref] = verdict
            elif isinstance(answer, ApiError):
                self.diagnostics.append(not_rehearsed(resource, answer))

    def state(self) -> LiveState:
        return LiveState(
            account=self.reader.account,
            resources=self.resources,
            external=self.external,
            incomplete=self.incomplete,
            diagnostics=tuple(self.diagnostics),
            rehearsals=self.rehearsals,
        )

    def _all(self, reads: Sequence[Callable[[], T]]) -> Sequence[T | ApiError]:
        """Each read's answer or error, in order. Raises Unauthenticated: no read can succeed."""
        if not reads:
            return ()
        pool = ThreadPoolExecutor(min(self.parallelism, len(reads)))
        try:
            answers = list(pool.map(_caught, reads))
        finally:
            pool.shutdown(wait=False, cancel_futures=True)  # an interrupt waits for no hanging read
        for answer in answers:
            if isinstance(answer, Unauthenticated):
                raise answer
        return answers


def _caught(read: Callable[[], T]) -> T | ApiError:
    try:
        return read()
    except ApiError as error:
        return error


def _lister(reader: Reader, kind: Kind) -> Callable[[], Sequence[LiveResource]]:
    return lambda: reader.list(kind)


def _reader(reader: Reader, kind: Kind, id_: str) -> Callable[[], LiveResource | None]:
    return lambda: reader.read(kind, id_)


def _name_reader(reader: Reader, name: str) -> Callable[[], LiveResource | None]:
    return lambda: reader.read_name(name)


def _rehearser(reader: Reader, kind: Kind, resource: Resource) -> Callable[[], LiveResource]:
    return lambda: reader.rehearse(kind, resource.id, resource.spec)


def _leaving(
    desired: DesiredState, found: _Snapshot, remade: frozenset[ResourceRef]
) -> Sequence[tuple[str, str, Kind]]:
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


def _listed(resource: Resource, found: _Snapshot) -> Sequence[str]:
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


def _unlisted(
    pairs: Iterable[tuple[str, Kind]], found: _Snapshot
) -> Iterator[tuple[str, str, Kind]]:
    """(name, id, kind) of those that no list showed, where one could be read."""
    for name, kind in pairs:
        if name not in found.resources and kind.name not in found.incomplete:
            yield name, name.rpartition("/")[2], kind


def _missing(desired: DesiredState, found: _Snapshot) -> Sequence[tuple[str, str, Kind]]:
    """(name, id, kind) of every desired resource that no list showed, once each.

    Of a job whose record is gone its output model too: it is the proof that the job has run.
    """
    missing: dict[str, tuple[str, str, Kind]] = {}
    for ref, resource in desired.resources.items():
        if resource.name and resource.name not in found.resources:
            names = _names(resource, all_kinds()[ref.kind])
            missing |= {one[0]: one for one in _unlisted(names, found)}
    return list(missing.values())


def _made(desired: DesiredState, found: _Snapshot) -> Sequence[tuple[str, str, Kind]]:
    """The same of each output model that nobody saw though its job has ended well: it was asked
    for before the job had ended (F55), and only now can it be called gone."""
    made: dict[str, tuple[str, str, Kind]] = {}
    for ref, resource in desired.resources.items():
        if not resource.output_model or resource.output_model in found.resources:
            continue
        live, owner = found.resources.get(resource.name), all_kinds()[ref.kind]
        if live is not None and owner.readiness(live.state) is Readiness.READY:
            made |= {one[0]: one for one in _unlisted(_names(resource, owner)[1:], found)}
    return list(made.values())


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


def _not_offered(kind: Kind) -> Diagnostic:
    said = f"{kind.name}: the platform has no {kind.collection} any more"
    return Diagnostic(Severity.WARNING, "not-offered", said)


def _not_checked(name: str, error: ApiError) -> Diagnostic:
    return Diagnostic(Severity.WARNING, "not-checked", f"{name} could not be read: {error.message}")
