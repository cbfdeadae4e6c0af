"""Another process that reads files of rows: it is asked over its stdin, a socket, and answers there
until nobody asks any more."""

from __future__ import annotations

import gc
import sys
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING

from reconciler.cache import NoCache
from reconciler.manifest.file_facts import FileMemory, Told
from reconciler.manifest.reading import Place, Wanted, read

if TYPE_CHECKING:
    import os

    from reconciler.manifest.reading import Reading


@dataclass(frozen=True, slots=True)
class Task:
    """One file to be read; ``claim`` is what git says of its bytes, "" for nothing."""

    place: Place
    wanted: Wanted
    claim: str = ""


def perform(task: Task) -> Reading:
    clock = FileMemory(NoCache())

    def told(status: os.stat_result) -> Told:
        return Told(clock.settled(status), task.claim)

    return read(task.place, task.wanted, told)


def main() -> None:
    """Whoever asked has gone when the socket ends: then this process ends too."""
    gc.disable()  # as in every command
    asked = Connection(sys.stdin.fileno())
    try:
        while True:
            asked.send(perform(asked.recv()))
    except (EOFError, OSError):
        pass
