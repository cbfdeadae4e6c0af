"""A small account to break: the real command line, run in this process in fast motion."""

from __future__ import annotations

import contextlib
import io
import os
import shutil
import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING
from unittest.mock import patch

from reconciler import tempo
from reconciler.cli.run import run
from reconciler.cli.user_cache import user_cache
from reconciler.emulator.clock import RealClock
from reconciler.emulator.server import Emulator
from tests.whole.program import Program, Ran, program_for
from tests.whole.sweep import struck

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from reconciler.emulator.decode import Json
    from reconciler.emulator.ledger import RecordedRequest
    from reconciler.emulator.options import Options

KEY = "fw_CanaryKey0123456789abcdef"
WANDB = "wandbcanary0123456789abcdef0123456789abcdef"
TEMPO = 10
"""A deadline of a minute is over in 6 s: longer than any answer takes that is not held back, on a
busy machine too."""
BRISK = 30
"""For sweeps, whose struck runs may meet a second fault by chance: an answer later than 2 s."""
HASTY = 60
"""For what hangs until its deadline."""
UNHURRIED = 4
"""For runs that nothing may disturb: the second try of a late answer would count as a request."""

APPLY = ("apply", "--yes", "--wait", "ready", "--parallelism", "1", "--timeout", "600")
COLLECTIONS = (
    "datasets",
    "models",
    "supervisedFineTuningJobs",
    "fineTuningJobs",
    "dpoJobs",
    "reinforcementFineTuningJobs",
    "deployments",
    "deployedModels",
)
Kept = dict[str, tuple["Json", dict[str, bytes]]]
"""Every resource of an account: its fields and its files."""


class FastClock(RealClock):
    """The emulator's time, as fast as the runs': its lags last as long as they seem to those."""

    def __init__(self, tempo: int) -> None:
        self._began, self._start, self._tempo = time.monotonic(), time.time(), tempo

    def now(self) -> float:
        return self._start + (time.monotonic() - self._began) * self._tempo


@dataclass(slots=True)
class Lab:
    """An emulator, a copy of a project, and the command line at work on them."""

    emulator: Emulator
    folder: Path
    said: list[Ran]
    tempo: int = TEMPO
    happened: bool = False
    more: dict[str, str] = field(default_factory=dict)
    """Variables that the next runs find in their environment besides."""

    @property
    def program(self) -> Program:
        """The same command line as a process of its own, at the pace of every day."""
        program = program_for(self.folder, self.emulator)
        return replace(program, environment={**program.environment, **self._places()})

    def run(self, *arguments: str) -> Ran:
        """One command in this process, in fast motion; its caches begin as a new process's do."""
        environment = {**self.program.environment, tempo.VARIABLE: str(self.tempo)}
        out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8") for _ in range(2))
        user_cache.cache_clear()
        with (
            contextlib.chdir(self.folder),
            patch.dict(os.environ, environment, clear=True),
            contextlib.redirect_stdout(out),
            contextlib.redirect_stderr(err),
        ):
            code = run(arguments)
        user_cache.cache_clear()
        ran = Ran(code, *(_text(stream) for stream in (out, err)))
        self.said.append(ran)
        return ran

    def calm(self) -> None:
        """No more faults, and no haste for the runs to come."""
        self.emulator.faults.clear()
        self.tempo = UNHURRIED

    def forget(self) -> None:
        """Wipe all that runs keep on this machine: the next one may be another machine."""
        shutil.rmtree(self.folder.parent / "home", ignore_errors=True)

    def after(self, method: str, path: str, act: Callable[[], object]) -> None:
        """Do something to the account once: when the first such request (its path ends so) has
        been carried out, and before its answer leaves. ``happened`` is set then."""

        def watch(request: RecordedRequest, _answer: bytes | None) -> None:
            if not self.happened and request.method == method and request.path.endswith(path):
                self.happened = True
                act()

        self.happened = False
        Emulator.observers.append(watch)

    def struck(self) -> threading.Event:
        """Set as soon as a fault has struck."""
        return struck(self.emulator)

    def change(self, name: str, **fields: object) -> None:
        """Give a resource of the account other fields, behind everybody's back."""
        self.emulator.store.put(name, {**(self.emulator.store.get(name) or {}), **fields})

    def asked(self, method: str, path: str) -> list[RecordedRequest]:
        """All requests of the control plane whose path ends so."""
        found = self.emulator.requests
        return [r for r in found if r.method == method and r.path.endswith(path)]

    def account(self) -> Kept:
        """Everything that the account holds."""
        store, kept = self.emulator.store, Kept()
        for name in (name for each in COLLECTIONS for name in store.names(each)):
            files = {file: store.blob(name, file) or b"" for file in store.files(name)}
            kept[name] = (store.get(name) or {}, files)
        return kept

    def fill(self, kept: Kept) -> None:
        """Make the account hold this too."""
        for name, (fields, files) in kept.items():
            self.emulator.store.put(name, fields)
            for file, data in files.items():
                self.emulator.store.put_blob(name, file, data)

    def _places(self) -> Mapping[str, str]:
        home = self.folder.parent / "home"
        places = {"HOME": "", "XDG_CACHE_HOME": "cache", "XDG_STATE_HOME": "state"}
        named = {name: str(home / below) for name, below in places.items()}
        return {"WANDB": WANDB, **named, **self.more}


def _text(stream: io.TextIOWrapper) -> str:
    stream.flush()
    data: bytes = stream.buffer.getvalue()  # type: ignore[attr-defined]  # it is a BytesIO
    return data.decode()


@contextlib.contextmanager
def lab(
    folder: Path, project: Path, options: Options | None = None, tempo: int = TEMPO
) -> Iterator[Lab]:
    """A fresh account, and a copy of ``project`` in ``folder``."""
    copy = folder / "project"
    shutil.copytree(project, copy)
    observers = list(Emulator.observers)
    with Emulator(key=KEY, options=options, clock=FastClock(tempo)) as emulator:
        try:
            yield Lab(emulator, copy, [], tempo)
        finally:
            Emulator.observers[:] = observers
