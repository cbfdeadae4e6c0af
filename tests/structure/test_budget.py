"""What commands may do, in counts, as benchmarks/budget.toml has it."""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from benchmarks import account
from reconciler.emulator.server import Emulator
from tests.structure.source_tree import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

BUDGET = tomllib.loads((ROOT / "benchmarks" / "budget.toml").read_text())
NEVER = BUDGET["never"]["modules"]
COUNTED = Path(__file__).with_name("counted.py")
RESOURCES = 1000
KINDS_OF_COUNT = ("modules", "files", "bytes", "threads", "children", "connections")


class Bench:
    """A project: ``RESOURCES`` with an account that is exactly as declared."""

    def __init__(self, folder: Path, emulator: Emulator) -> None:
        self.folder, self.emulator = folder / "project", emulator
        self.counts = folder / "counts.json"
        cache = {"XDG_CACHE_HOME": str(folder / "cache"), "PYTHONPATH": str(ROOT)}
        self.environment = account.environment(emulator.url) | cache

    @classmethod
    def as_declared(cls, folder: Path, emulator: Emulator) -> Bench:
        bench = cls(folder, emulator)
        account.write_manifests(bench.folder, RESOURCES)
        account.fill(emulator, RESOURCES)
        return bench

    @classmethod
    def of_creates(cls, folder: Path, emulator: Emulator, count: int) -> Bench:
        bench = cls(folder, emulator)
        account.write_datasets(bench.folder, count)
        return bench

    def run(self, *arguments: str) -> dict[str, Any]:
        """What the command did; every count that a budget may name."""
        before = len(self.emulator.requests)
        ran = subprocess.run(
            [sys.executable, str(COUNTED), str(self.counts), *arguments],
            cwd=self.folder, env=self.environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert ran.returncode == 0, ran.stderr
        found: dict[str, Any] = dict.fromkeys(KINDS_OF_COUNT, 0)
        found |= json.loads(self.counts.read_text())
        return found | {"requests": len(self.emulator.requests) - before}


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    with Emulator(account=account.ACCOUNT, key=account.KEY) as emulator:
        yield Bench.as_declared(tmp_path_factory.mktemp("bench"), emulator)


COMMANDS = [
    pytest.param(budget, id=name)
    for group in ("start", "unchanged")
    for name, budget in BUDGET[group].items()
]


@pytest.mark.parametrize("budget", COMMANDS)
def test_a_command_keeps_within_its_budget(budget: dict[str, Any], bench: Bench) -> None:
    did = bench.run(*budget["arguments"])

    allowed = {name: most for name, most in budget.items() if name != "arguments"}
    over = {name: f"{did[name]}, allowed {m}" for name, m in allowed.items() if did[name] > m}
    loaded = [name for name in did["loaded"] if name in NEVER]
    assert ({}, []) == (over, loaded)


def test_every_byte_of_the_manifests_is_read_once(bench: Bench) -> None:
    size = sum(path.stat().st_size for path in bench.folder.rglob("*.yaml"))

    assert size == bench.run("plan", "--content", "none")["bytes"]


def test_an_apply_keeps_within_its_budget_however_many_it_makes(tmp_path: Path) -> None:
    """No thread and no connection of its own for any of them."""
    budget = BUDGET["apply"]["creates"]
    with Emulator(account=account.ACCOUNT, key=account.KEY) as emulator:
        made = Bench.of_creates(tmp_path, emulator, budget["creates"])
        did = made.run("apply", "--yes", "--content", "none")

    over = {name: f"{did[name]}, allowed {m}" for name, m in budget.items() if did.get(name, 0) > m}
    assert {} == over


def test_no_live_resource_of_an_unchanged_project_is_asked_for_by_name(bench: Bench) -> None:
    before = len(bench.emulator.requests)
    bench.run("plan", "--content", "none")

    asked = [r.path for r in bench.emulator.requests[before:]]
    by_name = [path for path in asked if path.startswith("/v1/accounts/bench/")]
    assert {"datasets": 3, "supervisedFineTuningJobs": 3, "models": 3} == {
        name: by_name.count(f"/v1/accounts/bench/{name}")
        for name in {path.rpartition("/")[2] for path in by_name}
    }


def test_comparing_content_lists_nothing_a_second_time(tmp_path: Path) -> None:
    """Two requests a file, for its URL and one byte of it, besides the one page that there is."""
    files = 5
    account.write_files(tmp_path, files)
    with Emulator(account=account.ACCOUNT, key=account.KEY) as emulator:
        environment = account.environment(emulator.url) | {
            "XDG_CACHE_HOME": str(tmp_path / "cache")
        }
        for command in (["apply", "--yes"], ["plan", "--content", "all"]):
            before = len(emulator.requests)
            subprocess.run(
                [sys.executable, "-m", "reconciler", *command, str(tmp_path)],
                cwd=ROOT, env=environment, check=True, capture_output=True,
            )  # fmt: skip

    asked = [request.path for request in emulator.requests[before:]]
    assert (1, 1 + 2 * files) == (asked.count("/v1/accounts/bench/datasets"), len(asked))


def test_the_entry_point_loads_nothing_that_the_version_does_not_need() -> None:
    code = (
        "import sys; known = set(sys.modules); import reconciler.cli.main;"
        "print(*sorted(set(sys.modules) - known))"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )

    assert "__future__ reconciler reconciler.cli reconciler.cli.main reconciler.version" == (
        ran.stdout.strip()
    )
