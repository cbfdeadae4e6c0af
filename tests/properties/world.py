"""A project on disk, an account in an emulator, and one clock for both."""

from __future__ import annotations

import json
import re
from collections import Counter
from contextlib import closing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from reconciler import engine
from reconciler.api.client import ControlClient
from reconciler.api.connection import Connection
from reconciler.api.secret import Secret
from reconciler.emulator.clock import ManualClock
from reconciler.emulator.server import Emulator
from reconciler.errors import InvalidInput, ReconcilerError
from reconciler.execute.options import ExecuteOptions, Wait
from reconciler.fireworks import FireworksProvider
from reconciler.manifest.project import Policy, find_project
from reconciler.plan.context import PlanContext
from reconciler.transfer.options import TransferOptions

if TYPE_CHECKING:
    import threading
    from pathlib import Path

    from reconciler.emulator.ledger import RecordedRequest
    from reconciler.plan.plan import Plan

LLAMA = "accounts/fireworks/models/llama-v3p2-1b-instruct"
JOB_SECONDS = 40.0
WHEN = "2026-01-01T00:00:00Z"
LIMITS = Policy(max_deletes=100, max_delete_share=1.0, max_new_jobs=100)
ROW = '{"messages": [{"role": "user", "content": "%s"}, {"role": "assistant", "content": "%d"}]}\n'
CREATES = re.compile(r"/accounts/acme/(\w+)$")


class SharedClock:
    """Whoever waits moves the platform's time too; nobody really waits."""

    def __init__(self, clock: ManualClock) -> None:
        self._clock = clock

    def now(self) -> float:
        return self._clock.now()

    def sleep(self, seconds: float, stop: threading.Event | None = None) -> None:
        if stop is None or not stop.is_set():
            self._clock.advance(seconds)


@dataclass(slots=True)
class Declared:
    """One manifest: its spec, metadata beside the name, and of a dataset the rows."""

    kind: str
    name: str
    spec: dict[str, Any]
    metadata: dict[str, Any] = field(default_factory=dict)
    rows: int = 0

    @property
    def protected(self) -> bool:
        own = self.metadata.get("lifecycle", {}).get("preventDestroy")
        return self.kind in ("Model", "Dataset") if own is None else bool(own)

    @property
    def absent(self) -> bool:
        return "state" in self.metadata


class World:
    """``folder`` is the project's; ``declared`` is written there before every run."""

    def __init__(self, folder: Path) -> None:
        self.clock = ManualClock()
        self.emulator = Emulator(clock=self.clock, seconds_per_job=JOB_SECONDS).start()
        self.folder = folder
        self.declared: dict[str, Declared] = {}
        self.removed_by_people: Counter[str] = Counter()
        self._seen = 0

    def close(self) -> None:
        self.emulator.close()

    def write(self) -> None:
        """The manifests and data files as they are declared now."""
        for part in ("manifests", "data"):
            (self.folder / part).mkdir(parents=True, exist_ok=True)
        documents = []
        for one in self.declared.values():
            spec = one.spec
            if one.kind == "Dataset" and not one.absent:
                text = "".join(ROW % (one.name, number) for number in range(one.rows))
                (self.folder / f"data/{one.name}.jsonl").write_text(text)
            head = {"apiVersion": "reconciler/v1", "kind": one.kind}
            body = {} if one.absent else {"spec": spec}
            documents.append({**head, "metadata": {"name": one.name, **one.metadata}, **body})
        text = "---\n".join(f"{json.dumps(each)}\n" for each in documents)
        (self.folder / "manifests/all.yaml").write_text(text)

    def plan(self) -> Plan | None:
        """A plan of what is declared; None when the manifests contradict themselves."""
        self.write()
        project = find_project([self.folder], self.folder, None)
        try:
            desired = engine.desire([self.folder], project, self.folder, self.emulator.account)
        except InvalidInput:
            return None
        context = PlanContext(self.emulator.url, "", WHEN, LIMITS)
        with closing(self._provider(read_only=True)) as reader:
            return engine.make_plan(desired, reader, context)

    def apply(self, plan: Plan, wait: Wait = Wait.STARTED) -> None:
        """Whatever the faults let it do."""
        options = ExecuteOptions(
            parallelism=1, wait=wait, clock=SharedClock(self.clock), timeout_seconds=600
        )
        with closing(self._provider(read_only=False)) as provider:
            engine.apply(plan, provider, options)

    def try_plan(self) -> Plan | None:
        """The same where faults may keep it from reading the account."""
        try:
            return self.plan()
        except ReconcilerError:
            return None

    def new_writes(self) -> list[RecordedRequest]:
        """Writes since the last time this was asked."""
        requests = list(self.emulator.requests)
        fresh, self._seen = requests[self._seen :], len(requests)
        return [request for request in fresh if request.is_write]

    def names(self) -> list[str]:
        """Every resource of the account, by resource name."""
        kinds = ("datasets", "models", "supervisedFineTuningJobs", "dpoJobs", "deployments")
        return [name for kind in kinds for name in self.emulator.store.names(kind)]

    def started(self) -> Counter[str]:
        """How often a paid thing was made, by resource name: POSTs that were carried out."""
        made: Counter[str] = Counter()
        for request in list(self.emulator.requests):
            found = CREATES.search(request.path)
            if request.method == "POST" and found and request.status == 200:
                made[f"{found[1]}/{_id_of(request)}"] += 1
        return Counter({name: count for name, count in made.items() if "Jobs" in name})

    def _provider(self, *, read_only: bool) -> FireworksProvider:
        clock = SharedClock(self.clock)
        connection = Connection(self.emulator.url, self.emulator.account, Secret(self.emulator.key))
        client = ControlClient(connection, read_only=read_only, clock=clock, jitter=lambda: 0.5)
        options = TransferOptions(allow_loopback=True, clock=clock)
        return FireworksProvider(connection, client, clock, lambda: options)


def _id_of(request: RecordedRequest) -> str:
    ids = [values[0] for name, values in request.query.items() if name.endswith("Id")]
    body = json.loads(request.body or b"{}")
    return ids[0] if ids else str(body.get("datasetId") or body.get("modelId") or "?")
