"""The account as one value: collections listed side by side, what is missing asked for by name."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from reconciler.desired.collections import kinds_to_list
from reconciler.diagnostic import Diagnostic, Severity
from reconciler.errors import AlreadyExists, ApiError, PermissionDenied
from reconciler.kinds.identity import NaturalKey
from reconciler.kinds.registry import all_kinds
from reconciler.live.by_name import made_since, missing, to_leave
from reconciler.live.rehearse import judged, not_rehearsed, to_rehearse
from reconciler.live.side_by_side import side_by_side
from reconciler.live.state import LiveResource, LiveState

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence

    from reconciler.desired.resource import DesiredState, Resource
    from reconciler.kinds.kind import Kind
    from reconciler.live.by_name import Named
    from reconciler.live.state import Rehearsal
    from reconciler.provider import Reader
    from reconciler.ref import ResourceRef

T = TypeVar("T")


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
        listing = kinds_to_list(desired, all_kinds(), remade)
        snapshot.list_kinds(listing, needed={ref.kind for ref in desired.resources})
    seen = snapshot.state()
    snapshot.confirm([*missing(desired, seen), *to_leave(desired, seen, remade)])
    snapshot.confirm(made_since(desired, snapshot.state()))
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
    wanted = list(all_kinds().values() if kinds is None else kinds)
    snapshot.list_kinds(wanted, needed={kind.name for kind in wanted} if kinds is not None else ())
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

    def list_kinds(self, kinds: Iterable[Kind], *, needed: Collection[str]) -> None:
        """A collection that the platform does not offer is an empty one, but where ``needed``."""
        wanted = list(kinds)
        answers = self._ask([partial(self.reader.list, kind) for kind in wanted])
        errors = [answer for answer in answers if isinstance(answer, ApiError)]
        if errors and len(errors) == len(wanted):
            raise errors[0]
        for kind, answer in zip(wanted, answers, strict=True):
            if isinstance(answer, ApiError):
                self._unlisted(kind, answer, needed=kind.name in needed)
            else:
                self.resources.update((live.name, live) for live in answer)
                self._demand_keys(kind, answer)

    def _unlisted(self, kind: Kind, error: ApiError, *, needed: bool) -> None:
        from reconciler.live.offered import is_not_offered, not_offered  # rarely asked

        if not needed and is_not_offered(kind, error):
            self.diagnostics.append(not_offered(kind))
        else:
            self.incomplete[kind.name] = error.message

    def _demand_keys(self, kind: Kind, listed: Iterable[LiveResource]) -> None:
        """Where only a key tells which is which, one without it may be any of ours (R11)."""
        if not isinstance(kind.identity, NaturalKey):
            return
        for live in listed:
            if missing := kind.identity.missing_in(live.body):
                self.incomplete[kind.name] = f"{live.id} does not say its {missing}"
                return

    def confirm(self, named: Iterable[Named]) -> None:
        """Read by name what lists may not show, or not as it is: what is not found is
        not there. A failure makes its kind incomplete."""
        wanted = list(named)
        answers = self._ask([partial(self.reader.read, kind, id_) for _, id_, kind in wanted])
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
        answers = self._ask([partial(self.reader.read_name, name) for name in wanted])
        for name, answer in zip(wanted, answers, strict=True):
            if isinstance(answer, PermissionDenied):
                self.external[name] = None
            elif isinstance(answer, ApiError):
                self.diagnostics.append(_not_checked(name, answer))
            else:
                self.external[name] = answer

    def rehearse(self, wanted: Sequence[tuple[Kind, Resource]]) -> None:
        """Ask what creating each would do; where no answer comes, a warning says so."""
        answers = self._ask(
            [partial(self.reader.rehearse, kind, one.id, one.spec) for kind, one in wanted]
        )
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

    def _ask(self, reads: Sequence[Callable[[], T]]) -> Sequence[T | ApiError]:
        return side_by_side(reads, self.parallelism)


def _not_checked(name: str, error: ApiError) -> Diagnostic:
    return Diagnostic(Severity.WARNING, "not-checked", f"{name} could not be read: {error.message}")
