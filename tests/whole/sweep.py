"""Runs a small project beside an emulator that goes wrong once, then judges the account."""

from __future__ import annotations

import json
import shutil
import threading
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from reconciler.emulator.server import Emulator
from tests.whole.program import program_for

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.whole.program import Program, Ran

PROJECT = Path(__file__).parent / "small_project"
"""One model of two files, one dataset, one training job: every kind of step there is."""

APPLY = ("apply", "--yes", "--wait", "ready", "--parallelism", "1")
PATIENCE_SECONDS = 60.0
COLLECTIONS = ("datasets", "models", "supervisedFineTuningJobs", "fineTuningJobs")
SERVER_TIMES = ("createTime", "updateTime", "completedTime")


def struck(emulator: Emulator) -> threading.Event:
    """Set as soon as a fault of the emulator has struck."""
    happened = threading.Event()

    def watch(*_: object) -> None:
        if emulator.faults.consumed:
            happened.set()

    Emulator.observers.append(watch)
    return happened


@dataclass(slots=True)
class Stage:
    """An emulator, a copy of the small project and the program that works on it."""

    emulator: Emulator
    program: Program

    def struck(self) -> threading.Event:
        """Set as soon as a fault has struck."""
        return struck(self.emulator)

    def end_state(self) -> dict[str, object]:
        """Everything of the account that must not depend on what went wrong on the way."""
        store = self.emulator.store
        names = [name for collection in COLLECTIONS for name in store.names(collection)]
        return {name: [_steady(store.get(name)), _bytes(self.emulator, name)] for name in names}

    def job_posts(self) -> int:
        """How many paid jobs were committed: POSTs that were answered, or would have been."""
        posts = [r for r in self.emulator.requests if r.method == "POST" and "Jobs" in r.path]
        return sum(request.status == 200 for request in posts)


@contextmanager
def stage(folder: Path) -> Iterator[Stage]:
    """A fresh account and a fresh copy of the project in ``folder``."""
    shutil.copytree(PROJECT, folder)
    before = list(Emulator.observers)
    with Emulator() as emulator:
        try:
            yield Stage(emulator, program_for(folder, emulator))
        finally:
            Emulator.observers[:] = before


def judge(after: Stage, undisturbed: dict[str, object], ran: list[Ran]) -> list[str]:
    """What is wrong after the clean run that followed a fault; empty when it survived."""
    again = after.program.run("plan", "--format", "json")
    left = [a for a in json.loads(again.out)["actions"] if a["action"] != "none"]
    texts = [text for each in (*ran, again) for text in (each.out, each.err)]
    problems = {
        f"the clean run ended with {ran[-1].code}: {ran[-1].err}": ran[-1].code != 0,
        f"{after.job_posts()} jobs were started": after.job_posts() != 1,
        "the account differs from the undisturbed one": after.end_state() != undisturbed,
        f"the second plan is not empty: {left}": bool(left),
        "a traceback was printed": any("Traceback" in text for text in texts),
        "the key was printed": any(after.emulator.key in text for text in texts),
        "the fault did not strike": not after.emulator.faults.consumed,
    }
    return [problem for problem, found in problems.items() if found]


def _steady(fields: object) -> object:
    assert isinstance(fields, dict)
    return {key: value for key, value in fields.items() if key not in SERVER_TIMES}


def _bytes(emulator: Emulator, name: str) -> dict[str, bytes | None]:
    return {file: emulator.store.blob(name, file) for file in emulator.store.files(name)}
