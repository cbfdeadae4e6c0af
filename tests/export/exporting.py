"""An account exported and planned again, in this process, against an emulator."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from reconciler import engine
from reconciler.api.client import ControlClient
from reconciler.api.connection import Connection
from reconciler.api.secret import Secret
from reconciler.cli.exported_rows import rows_reader
from reconciler.export.export import Exporter
from reconciler.export.files import file_name, file_text
from reconciler.export.prove import refuted
from reconciler.fireworks import FireworksProvider
from reconciler.kinds.registry import all_kinds
from reconciler.live.snapshot import list_account
from reconciler.manifest.project import Policy, Project
from reconciler.manifest.schema_set import shipped_schemas
from reconciler.plan.build import PlanContext
from reconciler.transfer.options import TransferOptions
from tests.execute.against_emulator import ApiClock

if TYPE_CHECKING:
    from pathlib import Path

    from reconciler.emulator.server import Emulator
    from reconciler.export.export import Export
    from reconciler.plan.plan import Plan


def quiet(_key: str, _done: int, _total: int, _checked: str = "", /) -> None:
    """Nobody looks at the progress."""


@dataclass(slots=True)
class Desk:
    """``export`` as the command does it, and the plan of what it wrote."""

    emulator: Emulator

    def reader(self) -> FireworksProvider:
        clock = ApiClock()
        where = Connection(self.emulator.url, self.emulator.account, Secret(self.emulator.key))
        client = ControlClient(where, read_only=True, clock=clock)
        options = TransferOptions(allow_loopback=True, clock=clock)
        return FireworksProvider(where, client, clock, lambda: options)

    def export(self) -> Export:
        reader = self.reader()
        live = list_account(reader)
        rows = rows_reader(reader, "all", lambda: quiet)
        exporter = Exporter(live, all_kinds(), shipped_schemas(), rows)
        return exporter.export(lambda made: refuted(made, live))

    def plan(self, export: Export, folder: Path) -> Plan:
        """What the exported files plan to, read by the product from a folder of their own."""
        for one in export.manifests:
            path = folder / file_name(one.ref)
            path.parent.mkdir(exist_ok=True)
            path.write_text(file_text(one), encoding="utf-8")
        account = self.emulator.account
        desired = engine.desire([folder], Project(folder), folder, account)
        context = PlanContext(self.emulator.url, "", "2026-01-01T00:00:00Z", Policy())
        return engine.make_plan(desired, self.reader(), context)
