"""An example project applied in this process to an emulator, on clocks that wait for nobody."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from reconciler import engine
from reconciler.api.client import ControlClient
from reconciler.api.connection import Connection
from reconciler.api.secret import Secret
from reconciler.emulator.server import Emulator
from reconciler.execute.options import ExecuteOptions, Wait
from reconciler.fireworks import FireworksProvider
from reconciler.manifest.project import Policy, find_project
from reconciler.plan.build import PlanContext
from reconciler.transfer.options import TransferOptions
from tests.execute.fake_clock import FakeClock

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reconciler.desired.resource import DesiredState
    from reconciler.execute.outcome import Outcome
    from reconciler.plan.plan import Plan

EXAMPLES = Path(__file__).parents[2] / "examples"
JOBS = (
    "dpoJobs",
    "fineTuningJobs",
    "reinforcementFineTuningJobs",
    "supervisedFineTuningJobs",
)
SERVING = ("deployedModels", "deployments")


class ApiClock(FakeClock):
    def sleep(self, seconds: float, stop: threading.Event | None = None) -> None:
        super().sleep(seconds, stop or threading.Event())


class Account:
    """An emulator with one example; ``plan`` and ``apply`` as often as a test likes."""

    def __init__(self, example: str, emulator: Emulator) -> None:
        self.emulator = emulator
        folder = EXAMPLES / example
        project = find_project([folder], folder, None)
        self.desired: DesiredState = engine.desire([folder], project, folder, emulator.account)

    def provider(self) -> FireworksProvider:
        clock = ApiClock()
        connection = Connection(self.emulator.url, self.emulator.account, Secret(self.emulator.key))
        client = ControlClient(connection, read_only=False, clock=clock)
        options = TransferOptions(allow_loopback=True, clock=clock)
        return FireworksProvider(connection, client, clock, lambda: options)

    def plan(self) -> Plan:
        context = PlanContext(self.emulator.url, "", "2026-01-01T00:00:00Z", Policy())
        return engine.make_plan(self.desired, self.provider(), context)

    def apply(self, plan: Plan, wait: Wait = Wait.READY) -> tuple[Outcome, ...]:
        options = ExecuteOptions(parallelism=1, wait=wait, clock=FakeClock(), timeout_seconds=300)
        return engine.apply(plan, self.provider(), options)

    def jobs(self) -> int:
        return sum(len(self.emulator.store.names(collection)) for collection in JOBS)

    def serving(self) -> list[int]:
        """How many loads and deployments there are."""
        return [len(self.emulator.store.names(collection)) for collection in SERVING]

    def states(self) -> set[str]:
        store = self.emulator.store
        kinds = ("datasets", "models", *JOBS, *SERVING)
        names = [name for kind in kinds for name in store.names(kind)]
        found = [store.get(name) for name in names]
        return {str(one["state"]).removeprefix("JOB_STATE_") for one in found if one is not None}


@contextmanager
def account_with(example: str) -> Iterator[Account]:
    with Emulator() as emulator:
        yield Account(example, emulator)
