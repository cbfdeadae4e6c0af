"""The platform in memory, with a script of failures: what execute is tested against."""

from __future__ import annotations

import threading
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from reconciler.errors import (
    AlreadyExists,
    AnswerLost,
    FailedPrecondition,
    InvalidArgument,
    NotFound,
    PermissionDenied,
    Unavailable,
)
from reconciler.live.state import LiveResource, StoredFile
from tests.execute.fake_clock import FakeClock

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from reconciler.kinds.kind import Kind
    from reconciler.manifest.file_set import FileSet
    from reconciler.provider import ByteProgress

ACCOUNT = "acme"
ResultT = TypeVar("ResultT")
WRITES = ("create", "update", "delete", "purge", "cancel", "send", "validate")


@dataclass
class Record:
    """One live resource; a job goes through ``states``, one for each read."""

    kind: Kind
    name: str
    body: dict[str, Any]
    create_time: str
    states: list[str]
    visible_at: float = 0.0
    bytes_stored: bool = False
    landings: int = 0
    gone_at: float | None = None

    @property
    def state(self) -> str:
        return self.states[0]

    def seen(self) -> LiveResource:
        live = LiveResource(
            self.kind.name, self.name, self.state, dict(self.body), self.create_time
        )
        if len(self.states) > 1:
            self.states.pop(0)
        return live


@dataclass
class FakeProvider:
    """``script`` maps (verb, how manieth call of that verb) to a fault:

    ``lost`` committed, the answer does not arrive · ``unheard`` the request does not arrive ·
    ``refused`` nothing was sent · ``busy`` 503 · ``invalid`` 400 · ``denied`` 403 · ``boom`` a
    fault in our own code. ``lag``: seconds for which reads do not see a new record, ``checking``:
    looks at one whose bytes have all come before it is READY.
    """

    clock: FakeClock = field(default_factory=FakeClock)
    script: dict[tuple[str, int], str] = field(default_factory=dict)
    job_states: tuple[str, ...] = ("JOB_STATE_PENDING", "JOB_STATE_RUNNING", "JOB_STATE_COMPLETED")
    first_states: tuple[str, ...] = ("UPLOADING",)
    lag: float = 0.0
    deleting_for: float = 0.0
    landings: int = 0
    checking: int = 0
    renames: bool = False
    direct: bool = False
    calls: list[tuple[str, str]] = field(default_factory=list)
    records: dict[tuple[str, str], Record] = field(default_factory=dict)
    sent: dict[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)
    before: Callable[[str, str], None] = lambda _verb, _id: None

    def __post_init__(self) -> None:
        self._counts: Counter[str] = Counter()
        self._made = 0
        self._lock = threading.RLock()

    @property
    def requests_sent(self) -> int:
        return len(self.calls)

    @property
    def account(self) -> str:
        return ACCOUNT

    @property
    def base_url(self) -> str:
        return "http://127.0.0.1"

    @property
    def writes(self) -> list[tuple[str, str]]:
        return [call for call in self.calls if call[0] in WRITES]

    def made(self, kind: Kind) -> list[Record]:
        return [record for record in self.records.values() if record.kind.name == kind.name]

    def put(
        self, kind: Kind, id_: str, body: Mapping[str, Any], *states: str, create_time: str = ""
    ) -> Record:
        """Something that is there before the run."""
        self._made += 1
        name = f"accounts/{ACCOUNT}/{kind.collection}/{id_}"
        born = create_time or f"2026-01-01T00:00:{self._made:02d}Z"
        record = Record(kind, name, {**body, "name": name}, born, list(states) or ["READY"])
        self.records[(kind.name, id_)] = record
        return record

    def list(self, kind: Kind) -> Sequence[LiveResource]:
        with self._lock:
            self._look("list", kind.collection)
            return [r.seen() for r in self.made(kind) if self._visible(r)]

    def read(self, kind: Kind, resource_id: str) -> LiveResource | None:
        with self._lock:
            self._look("read", resource_id)
            record = self._record(kind, resource_id)
            return record.seen() if record is not None and self._visible(record) else None

    def content_facts(self, kind: Kind, resource_id: str) -> Mapping[str, StoredFile | None]:
        with self._lock:
            self._look("content", f"{kind.collection}/{resource_id}")
            return {}

    def read_name(self, name: str) -> LiveResource | None:
        with self._lock:
            self._look("read_name", name)
            found = [r for r in self.records.values() if r.name == name and self._visible(r)]
            return found[0].seen() if found else None

    def create(self, kind: Kind, resource_id: str, spec: Mapping[str, Any]) -> LiveResource:
        return self._write("create", resource_id, lambda: self._create(kind, resource_id, spec))

    def update(self, kind: Kind, resource_id: str, fields: Mapping[str, Any]) -> LiveResource:
        return self._write("update", resource_id, lambda: self._update(kind, resource_id, fields))

    def rehearse(self, kind: Kind, resource_id: str, spec: Mapping[str, Any]) -> LiveResource:
        raise NotImplementedError

    def delete(self, kind: Kind, resource_id: str, *, purge: bool = False) -> None:
        verb = "purge" if purge else "delete"
        self._write(verb, resource_id, lambda: self._delete(kind, resource_id, purge=purge))

    def cancel(self, kind: Kind, resource_id: str) -> None:
        self._write("cancel", resource_id, lambda: self._cancel(kind, resource_id))

    def send_content(
        self, kind: Kind, resource_id: str, files: FileSet, progress: ByteProgress
    ) -> bool:
        for file in files.files:
            progress(file.key, file.size, file.size)
        return self._write("send", resource_id, lambda: self._send(kind, resource_id))

    def validate_content(self, kind: Kind, resource_id: str) -> None:
        self._write("validate", resource_id, lambda: self._validate(kind, resource_id))

    def download_urls(self, kind: Kind, resource_id: str) -> Mapping[str, str]:
        raise NotImplementedError

    def _create(self, kind: Kind, id_: str, spec: Mapping[str, Any]) -> LiveResource:
        if id_ and self._record(kind, id_) is not None:
            raise AlreadyExists(f"{id_} already exists", status=409, code=6)
        states = self.job_states if kind.runs_once else self.first_states
        chosen = f"server-{self._made}" if self.renames or not id_ else id_
        record = self.put(kind, chosen, spec, *states)
        record.visible_at = self.clock.now() + self.lag
        record.landings = self.landings
        return LiveResource(kind.name, record.name, states[0], record.body, record.create_time)

    def _update(self, kind: Kind, id_: str, fields: Mapping[str, Any]) -> LiveResource:
        record = self._there(kind, id_)
        self.sent["update", id_] = tuple(fields)
        record.body |= fields
        return record.seen()

    def _delete(self, kind: Kind, id_: str, *, purge: bool) -> None:
        record = self._record(kind, id_)
        if record is None:
            return
        if kind.manners.purge and not purge:
            record.states = ["DELETED"]
            return
        record.gone_at = self.clock.now() + self.deleting_for

    def _cancel(self, kind: Kind, id_: str) -> None:
        self._there(kind, id_).states = ["JOB_STATE_CANCELLING", "JOB_STATE_CANCELLED"]

    def _send(self, kind: Kind, id_: str) -> bool:
        record = self._there(kind, id_)
        record.bytes_stored = True
        if self.direct:
            record.states = [*["UPLOADING"] * self.checking, "READY"]
        return not self.direct

    def _validate(self, kind: Kind, id_: str) -> None:
        record = self._there(kind, id_)
        if record.state == "READY":
            raise AlreadyExists(f"{id_} is READY", status=409, code=6)
        if not record.bytes_stored or record.landings > 0:
            record.landings -= 1
            raise FailedPrecondition("FAILED_PRECONDITION: files missing", status=400, code=9)
        record.states = [*["UPLOADING"] * self.checking, "READY"]

    def _there(self, kind: Kind, id_: str) -> Record:
        record = self._record(kind, id_)
        if record is None:
            raise NotFound(f"{id_} not found", status=404, code=5)
        return record

    def _record(self, kind: Kind, id_: str) -> Record | None:
        record = self.records.get((kind.name, id_))
        if record is not None and record.gone_at is not None and record.gone_at <= self.clock.now():
            del self.records[(kind.name, id_)]
            return None
        return record

    def _visible(self, record: Record) -> bool:
        return record.visible_at <= self.clock.now()

    def _write(self, verb: str, id_: str, act: Callable[[], ResultT]) -> ResultT:
        with self._lock:
            fault = self._call(verb, id_)
            if fault in FAULTS:
                raise FAULTS[fault]()
            result = act()
            if fault == "lost":
                raise AnswerLost(f"no answer to {verb}", method="POST")
            return result

    def _look(self, verb: str, id_: str) -> None:
        fault = self._call(verb, id_)
        if fault:
            raise FAULTS.get(fault, FAULTS["busy"])()

    def _call(self, verb: str, id_: str) -> str:
        self.before(verb, id_)
        with self._lock:
            self.calls.append((verb, id_))
            self._counts[verb] += 1
            return self.script.get((verb, self._counts[verb]), "")


FAULTS: dict[str, Callable[[], Exception]] = {
    "precondition": lambda: FailedPrecondition("not now", status=400, code=9),
    "unheard": lambda: AnswerLost("no answer"),
    "refused": lambda: Unavailable("connection refused"),
    "busy": lambda: Unavailable("try later", status=503),
    "invalid": lambda: InvalidArgument("learningRate is too high", status=400, code=3),
    "denied": lambda: PermissionDenied("not yours", status=403, code=7),
    "boom": lambda: RuntimeError("wires crossed"),
}
