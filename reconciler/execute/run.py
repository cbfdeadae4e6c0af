"""One change under way: what its steps share, and the rules that hold for each of their calls."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeVar

from reconciler.errors import Interrupted, ReconcilerError, Unavailable
from reconciler.execute.event import Event, EventType

if TYPE_CHECKING:
    from reconciler.desired.resource import Resource
    from reconciler.execute.event import Transfer
    from reconciler.execute.options import ExecuteOptions
    from reconciler.kinds.kind import Kind, Readiness
    from reconciler.live.state import LiveResource
    from reconciler.plan.plan import PlannedChange
    from reconciler.provider import Provider
    from reconciler.ref import ResourceRef

ResultT = TypeVar("ResultT")
Waiting = Generator[float, None, ResultT]
"""A step that yields the seconds it wants to wait: waiting holds no worker."""

SIGINT = 2


@dataclass(slots=True)
class Run:
    """The one mutable value of execute, used by one worker at a time.

    ``live`` is the resource as last seen (None: not there), ``wrote`` whether a request that
    changes the account went out, ``running`` says in words what still runs once the steps are
    through ("": nothing). ``deadline`` is the time of the clock at which the present step gives
    up. ``there_before`` are the names listed before our create (None: nothing was listed).
    ``elsewhere``: the bytes of the record may come from somebody else.
    """

    planned: PlannedChange
    kind: Kind
    provider: Provider
    options: ExecuteOptions
    live: LiveResource | None = None
    deadline: float = 0.0
    created: bool = False
    wrote: bool = False
    there_before: frozenset[str] | None = None
    needs_validation: bool = True
    elsewhere: bool = False
    sent: tuple[str, ...] = ()
    running: str = ""
    verb: str = ""

    @property
    def ref(self) -> ResourceRef:
        return self.planned.ref

    @property
    def resource(self) -> Resource:
        return self.planned.change.resource

    @property
    def id(self) -> str:
        """The platform's own id where it chose one, else ours."""
        return self.live.id if self.live is not None else self.resource.id

    @property
    def name(self) -> str:
        """What messages call it: its resource name, or its ref before the server has named it."""
        return self.live.name if self.live is not None else self.resource.name or str(self.ref)

    def readiness(self, live: LiveResource) -> Readiness:
        return self.kind.readiness(live.state)

    def tell(self, type_: EventType, text: str = "", done: int = 0, total: int = 0) -> None:
        self.options.listener(Event(type_, self.ref, text, self.verb, done, total))

    def tell_transfer(self, text: str, done: int, total: int, transfer: Transfer) -> None:
        """Progress of bytes: ``done`` of ``total`` of all files, and which one moved."""
        event = Event(EventType.PROGRESS, self.ref, text, self.verb, done, total)
        self.options.listener(replace(event, transfer=transfer))

    def notice(self, text: str) -> None:
        self.tell(EventType.NOTICE, text)

    def read(self) -> LiveResource | None:
        """Look at the resource again, by the id it goes by."""
        return self.provider.read(self.kind, self.id)

    def write(self, call: Callable[[], ResultT]) -> ResultT:
        """Make one call that changes the account, unless a stop was asked for."""
        self.check_stop()
        try:
            result = call()
        except Unavailable as error:
            # Without a status nothing reached the platform: this was no write (contract 6).
            self.wrote = self.wrote or error.status is not None
            raise
        except Exception:
            self.wrote = True
            raise
        self.wrote = True
        return result

    def pause(self, seconds: float) -> Waiting[None]:
        """Wait without holding a worker; raises Interrupted when a stop was asked for."""
        self.check_stop()
        yield seconds
        self.check_stop()

    def begin(self, verb: str) -> None:
        """Enter a step: each has the whole of ``--timeout`` for its waiting."""
        self.verb = verb
        self.deadline = self.options.clock.now() + self.options.timeout_seconds

    def in_time(self, delay: float) -> bool:
        """Whether another pause of ``delay`` seconds still ends before the deadline."""
        return self.options.clock.now() + delay <= self.deadline

    def check_stop(self) -> None:
        if self.options.stop.is_set():
            raise Interrupted(SIGINT)

    def is_another(self, live: LiveResource) -> bool:
        """Whether the name now belongs to another resource than the one planned or made."""
        known = self.live.create_time if self.live is not None else ""
        return bool(known and live.create_time and known != live.create_time)

    def check_incarnation(self, live: LiveResource) -> None:
        """Raise when it is another."""
        if self.is_another(live):
            raise ReconcilerError(
                f"{live.name} was deleted and recreated by somebody else meanwhile",
                "run the plan again and review it",
            )


def at_once(step: Callable[[Run], None]) -> Callable[[Run], Waiting[None]]:
    """A step that never waits, in the shape of those that do."""

    def run_step(run: Run) -> Waiting[None]:
        step(run)
        yield from ()

    return run_step
