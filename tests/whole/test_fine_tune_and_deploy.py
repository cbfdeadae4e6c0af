"""The story of the example: a changed row becomes a swap, and reverting it a swap back."""

from __future__ import annotations

import json
import re
import shutil
from typing import TYPE_CHECKING, Any

import pytest

from reconciler.emulator.server import Emulator
from reconciler.schema_files import example_dir
from tests.whole.program import program_for

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.whole.program import Program

DATASET, JOB = "Dataset/support-chat", "SupervisedFineTuningJob/support-bot"
LOADED = "DeployedModel/support-bot-on-support"
APPLY = ("apply", "--yes", "--wait", "ready", "--allow", "spend:50")


class Story:
    """The example project in a folder of its own, applied once to an emulator."""

    def __init__(self, folder: Path, emulator: Emulator) -> None:
        shutil.copytree(example_dir("fine-tune-and-deploy"), folder)
        self.program: Program = program_for(folder, emulator)
        self.emulator = emulator
        self.rows = folder / "data" / "support.jsonl"
        self.written = self.rows.read_text("utf-8")

    def change_a_row(self) -> None:
        self.rows.write_text(self.written.replace("Norway", "Iceland"), "utf-8")

    def revert(self) -> None:
        self.rows.write_text(self.written, "utf-8")

    def planned(self) -> dict[str, dict[str, Any]]:
        ran = self.program.run("plan", "--format", "json")
        assert ran.code == 0, ran.err
        actions = json.loads(ran.out)["actions"]
        return {each["ref"]: each for each in actions if each["action"] != "none"}

    def apply(self) -> list[str]:
        """What it wrote: method and collection, in order."""
        before = len(self.emulator.writes)
        ran = self.program.run(*APPLY)
        assert ran.code == 0, ran.out + ran.err
        made = self.emulator.writes[before:]
        return [f"{w.method} {w.path.split('/')[4]}" for w in made if w.plane == "control"]

    def live(self, collection: str) -> list[str]:
        return [name.rpartition("/")[2] for name in self.emulator.store.names(collection)]

    def loaded(self) -> list[str]:
        names = self.emulator.store.names("deployedModels")
        found = [self.emulator.store.get(name) or {} for name in names]
        return [str(fields["model"]).rpartition("/")[2] for fields in found]


@pytest.fixture
def story(tmp_path: Path) -> Iterator[Story]:
    with Emulator() as emulator:
        told = Story(tmp_path / "project", emulator)
        told.apply()
        yield told


def test_a_changed_row_is_a_version_a_run_and_a_swap(story: Story) -> None:
    (first,) = story.loaded()
    story.change_a_row()

    planned = story.planned()

    actions = {ref: action["action"] for ref, action in planned.items()}
    assert {DATASET: "create", JOB: "run", LOADED: "create"} == actions
    assert planned[JOB]["cost"]["usd_high"] is not None
    new, _, old = planned[LOADED]["reason"]["text"].partition(" takes the place of ")
    assert old.startswith(f"{first} ")
    assert re.fullmatch("support-bot-[0-9a-f]{10}", new)


def test_a_swap_leaves_the_old_versions(story: Story) -> None:
    (first,) = story.loaded()
    story.change_a_row()

    story.apply()

    assert (2, 2) == (len(story.live("datasets")), len(story.live("supervisedFineTuningJobs")))
    assert first in story.live("models")
    assert [name for name in story.live("models") if name.startswith("support-bot-")] != [first]
    assert [first] != story.loaded()
    assert 1 == len(story.loaded())


def test_a_reverted_row_is_a_swap_back_without_upload_or_run(story: Story) -> None:
    first = story.loaded()
    story.change_a_row()
    story.apply()
    story.revert()

    assert {LOADED} == set(story.planned())
    assert ["POST deployedModels"] == story.apply()
    assert first == story.loaded()


def test_after_each_swap_there_is_nothing_to_do(story: Story) -> None:
    story.change_a_row()
    story.apply()

    assert {} == story.planned()
