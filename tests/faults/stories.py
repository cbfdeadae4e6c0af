"""What is applied while something goes wrong: projects that between them do all there is."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tests.faults.lab import APPLY, UNHURRIED, Kept, Lab, lab

if TYPE_CHECKING:
    from collections.abc import Callable

TOP = Path(__file__).parents[2]
BASE = "accounts/fireworks/models/llama-v3p2-1b-instruct"
PEFT = {"baseModel": BASE, "r": 4, "targetModules": ["q_proj"]}

BYSTANDERS: Kept = {
    "accounts/acme/datasets/bystander": ({"format": "CHAT", "state": "READY"}, {"r.jsonl": b"{}"}),
    "accounts/acme/models/bystander": (
        {"kind": "HF_PEFT_ADDON", "peftDetails": PEFT, "state": "UPLOADING"},
        {},
    ),
    "accounts/acme/deployments/bystander": (
        {"baseModel": BASE, "state": "READY", "maxReplicaCount": 1},
        {},
    ),
    "accounts/acme/supervisedFineTuningJobs/bystander": (
        {"dataset": "accounts/acme/datasets/bystander", "baseModel": BASE}
        | {"outputModel": "accounts/acme/models/bystander", "state": "JOB_STATE_RUNNING"},
        {},
    ),
}
"""What somebody else has in the account: nothing may touch it."""


def _nothing(_lab: Lab) -> None:
    """The account is empty but for the bystanders."""


def _lived_in(lab: Lab) -> None:
    """An earlier apply has made what this one changes and deletes; one of its jobs runs on."""
    manifest = lab.folder / "manifests/all.yaml"
    now = manifest.read_text()
    manifest.write_text((lab.folder / "before.txt").read_text())
    ran = lab.run(*APPLY)
    manifest.write_text(now)

    assert 0 == ran.code, ran.out + ran.err
    endless = "accounts/acme/supervisedFineTuningJobs/endless"
    fields = lab.emulator.store.get(endless) or {}
    lab.emulator.store.put(endless, {**fields, "state": "JOB_STATE_RUNNING"})
    lab.emulator.store.delete("accounts/acme/models/endless")


SWEPT = ("quickstart", "upload", "serving", "changes")
"""Stories of which every request is struck by every fault; the others differ in the job's kind."""


@dataclass(frozen=True, slots=True)
class Story:
    """A project, and what was in the account before."""

    name: str
    project: Path
    before: Callable[[Lab], None] = _nothing


STORIES = {
    story.name: story
    for story in (
        Story("quickstart", TOP / "examples/quickstart"),
        Story("upload", TOP / "tests/whole/small_project"),
        Story("serving", TOP / "examples/fine-tune-and-deploy"),
        Story("changes", TOP / "tests/faults/changes", _lived_in),
        Story("dpo", TOP / "examples/dpo"),
        Story("reinforcement", TOP / "examples/reinforcement-fine-tuning"),
        Story("legacy", TOP / "examples/legacy-fine-tuning"),
    )
}


@dataclass(frozen=True, slots=True)
class Undisturbed:
    """A story told without faults: the account before and after, what was paid for, and the
    number of requests that it took."""

    before: Kept
    after: Kept
    paid: dict[str, int]
    requests: int


def undisturbed(story: Story, folder: Path) -> Undisturbed:
    """Tell the story once; whatever goes wrong later is held against this."""
    from tests.faults.judge import paid

    with lab(folder, story.project, tempo=UNHURRIED) as it:
        it.fill(BYSTANDERS)
        story.before(it)
        before, seen = it.account(), len(it.emulator.requests)
        ran = it.run(*APPLY)

        assert 0 == ran.code, ran.out + ran.err
        requests = it.emulator.requests[seen:]
        return Undisturbed(before, it.account(), paid(requests), len(requests))
