"""The real command compares stored bytes as ``--content`` says, and remembers what it has seen."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from reconciler.emulator.faults import Fault
from reconciler.emulator.server import Emulator
from tests.checkout import Checkout
from tests.whole.program import program_for

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.whole.program import Program

PROJECT = Path(__file__).parent / "small_project"
STORED = "GET /storage/"


class Stage:
    """The small project in a git checkout, applied to an emulator."""

    def __init__(self, root: Path, emulator: Emulator) -> None:
        self.emulator = emulator
        self.program: Program = program_for(root, emulator)
        self.root = root
        self._seen = 0

    def plan(self, *flags: str) -> dict[str, Any]:
        """The plan as JSON; ``asked`` counts the requests to the storage."""
        before = self._asked()
        ran = self.program.run("plan", "--format", "json", *flags)
        found: dict[str, Any] = json.loads(ran.out)
        return {**found, "code": ran.code, "asked": self._asked() - before}

    def dataset(self) -> str:
        (name,) = self.emulator.store.names("datasets")
        return name

    def damage(self) -> None:
        """The storage's copy of the dataset loses a byte."""
        (file,) = self.emulator.store.files(self.dataset())
        held = self.emulator.store.blob(self.dataset(), file)
        assert held is not None
        self.emulator.store.put_blob(self.dataset(), file, held[:-2] + b"\n")

    def _asked(self) -> int:
        requests = list(self.emulator.requests)
        return sum(r.plane == "storage" and r.method == "GET" for r in requests)


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    root = tmp_path / "project"
    shutil.copytree(PROJECT, root)
    checkout = Checkout(root)
    checkout.git("add", "-A")
    checkout.git("commit", "-q", "-m", "all")
    with Emulator() as emulator:
        made = Stage(root, emulator)
        ran = made.program.run("apply", "--yes", "--wait", "ready")
        assert ran.code == 0, ran.out + ran.err
        yield made


def test_what_an_apply_has_sent_is_known_by_hash_and_not_asked_again(stage: Stage) -> None:
    found = stage.plan()

    assert 0 == found["asked"]
    assert {"by_hash": 3, "by_size": 0, "unverifiable": 0, "not_checked": 0, "different": 0} == (
        found["content"]
    )


def test_all_asks_for_every_file(stage: Stage) -> None:
    assert 3 == stage.plan("--content", "all")["asked"]


def test_none_asks_for_no_file(stage: Stage) -> None:
    found = stage.plan("--content", "none")

    assert (0, 3) == (found["asked"], found["content"]["not_checked"])


def test_a_wiped_cache_only_costs_time(stage: Stage) -> None:
    warm = stage.plan()
    shutil.rmtree(stage.root.parent / "cache")
    cold = stage.plan()

    assert 3 == cold["asked"]
    assert (warm["digest"], warm["content"]) == (cold["digest"], cold["content"])


def test_damage_of_what_a_change_touches_is_found(stage: Stage) -> None:
    stage.damage()
    for manifest in stage.root.rglob("*.yaml"):
        manifest.write_text(f"{manifest.read_text()}# touched\n")

    assert 1 == stage.plan()["content"]["different"]


def test_damage_of_what_nobody_touches_is_found_by_all(stage: Stage) -> None:
    stage.damage()

    assert 0 == stage.plan()["content"]["different"]
    assert 1 == stage.plan("--content", "all")["content"]["different"]


def test_a_hash_that_the_storage_does_not_tell_leaves_the_size(stage: Stage) -> None:
    stage.emulator.faults.add(Fault("no_hash", path=STORED, times=None))

    assert 3 == stage.plan("--content", "all")["content"]["by_size"]


def test_a_false_hash_of_an_upload_is_no_success(tmp_path: Path) -> None:
    root = tmp_path / "project"
    shutil.copytree(PROJECT, root)
    with Emulator() as emulator:
        emulator.faults.add(Fault("wrong_hash", path=STORED, times=None))
        ran = program_for(root, emulator).run("apply", "--yes", "--wait", "ready")

        assert 4 == ran.code, ran.out
        assert "did not stick" in ran.out


def test_the_cache_holds_no_url_and_no_key(stage: Stage) -> None:
    (held,) = (stage.root.parent / "cache" / "reconciler").iterdir()
    text = held.read_bytes()

    assert [] == [
        word for word in (b"X-Goog", b"/storage", stage.emulator.key.encode()) if word in text
    ]
