"""A project of one adapter with weights of a megabyte, applied in this process to an emulator."""

from __future__ import annotations

import json
import random
import threading
from typing import TYPE_CHECKING

from reconciler import engine
from reconciler.api.client import ControlClient
from reconciler.execute.options import ExecuteOptions, Wait
from reconciler.fireworks import FireworksProvider
from reconciler.manifest.project import Policy, find_project
from reconciler.plan.build import PlanContext
from tests.api.fakes import connection
from tests.execute.fake_clock import FakeClock
from tests.transfer.against_emulator import GRAIN, quick

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from reconciler.emulator.server import Emulator
    from reconciler.execute.outcome import Outcome
    from reconciler.plan.plan import Plan

NAME = "accounts/acme/models/adapter"
CONFIG, WEIGHTS = "adapter_config.json", "adapter_model.safetensors"
MANIFEST = """\
apiVersion: reconciler/v1
kind: Model
metadata:
  name: adapter
spec:
  kind: HF_PEFT_ADDON
  peftDetails:
    baseModel: accounts/fireworks/models/llama-v3p2-1b-instruct
    r: 4
    targetModules: [q_proj]
  source:
    path: ../weights
"""
PEFT = {"peft_type": "LORA", "r": 4, "lora_alpha": 8, "target_modules": ["q_proj"]}


class ApiClock(FakeClock):
    """Waits of the provider: they pass at once."""

    def sleep(self, seconds: float, stop: threading.Event | None = None) -> None:
        super().sleep(seconds, stop or threading.Event())


def safetensors(size: int, seed: int = 1) -> bytes:
    """A file of one tensor of ``size`` bytes."""
    tensor = {"dtype": "F16", "shape": [size // 2], "data_offsets": [0, size]}
    header = json.dumps({"q_proj.lora_A": tensor}).encode()
    return len(header).to_bytes(8, "little") + header + random.Random(seed).randbytes(size)


class AdapterProject:
    """``apply`` plans and applies as a run of its own; ``whole``: each file goes by one PUT."""

    def __init__(self, folder: Path, emulator: Emulator, *, whole: bool = False) -> None:
        self.emulator = emulator
        self.folder = folder
        self.weights = folder / "weights" / WEIGHTS
        self._from = 1 << 40 if whole else GRAIN
        self.weights.parent.mkdir(parents=True)
        (folder / "manifests").mkdir()
        (folder / "manifests" / "model.yaml").write_text(MANIFEST)
        (folder / "weights" / CONFIG).write_text(json.dumps(PEFT))
        self.weights.write_bytes(safetensors(5 * GRAIN + 12_346))

    def provider(self, stall_seconds: float = 5.0, chunk: int = 2 * GRAIN) -> FireworksProvider:
        clock, to = ApiClock(), connection(self.emulator.url, self.emulator.key)
        client = ControlClient(to, read_only=False, clock=clock)
        options = quick(
            clock=clock, stall_seconds=stall_seconds, chunk=chunk, resumable_from=self._from
        )
        return FireworksProvider(to, client, clock, lambda: options)

    def plan(self) -> Plan:
        project = find_project([self.folder], self.folder, None)
        account = self.emulator.account
        desired = engine.desire([self.folder], project, self.folder, account)
        context = PlanContext(self.emulator.url, "", "2026-01-01T00:00:00Z", Policy())
        return engine.make_plan(desired, self.provider(), context)

    def apply(
        self,
        before: Callable[[], object] = lambda: None,
        stall_seconds: float = 5.0,
        chunk: int = 2 * GRAIN,
    ) -> Outcome:
        """``before`` is called between plan and apply."""
        plan = self.plan()
        before()
        options = ExecuteOptions(
            parallelism=1, wait=Wait.READY, clock=FakeClock(), timeout_seconds=300
        )
        (outcome,) = engine.apply(plan, self.provider(stall_seconds, chunk), options)
        return outcome

    @property
    def state(self) -> object:
        return (self.emulator.store.get(NAME) or {}).get("state")

    def is_right(self) -> bool:
        """READY, and with the very bytes of the disk."""
        stored = {key: self.emulator.store.blob(NAME, key) for key in (CONFIG, WEIGHTS)}
        local = {key: (self.folder / "weights" / key).read_bytes() for key in (CONFIG, WEIGHTS)}
        return self.state == "READY" and stored == local

    def calls(self, ending: str) -> int:
        """How many requests went to paths that end so."""
        return sum(r.path.endswith(ending) for r in self.emulator.requests)

    def bytes_sent(self) -> int:
        return sum(r.plane == "storage" and r.method == "PUT" for r in self.emulator.requests)
