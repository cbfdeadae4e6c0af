"""What earlier runs may have left of an upload, and what the user is told of it."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from reconciler.transfer.hashing import StoredFacts
    from reconciler.transfer.journal import ResourceJournal

HANDFUL = 5
"""Files that are told by name; of more a number says as much."""


class News:
    """What was found, of one resource: a handful of files by name, then a number."""

    def __init__(self, resource: str, tell: Callable[[str], None]) -> None:
        self._resource = resource
        self._tell = tell
        self._lock = threading.Lock()
        self._complete: list[str] = []
        self._resumed = 0

    def complete(self, key: str) -> None:
        """The storage has the file; told at the end."""
        with self._lock:
            self._complete.append(key)

    def resumed(self, key: str, share: int) -> None:
        """Its upload goes on at ``share`` %; told at once, for it may take hours."""
        with self._lock:
            self._resumed += 1
            told = self._resumed
        if told <= HANDFUL:
            self._say(f"{key}: upload resumed at {share} %")

    def finish(self) -> None:
        """Tell what is left to tell; nothing is told twice."""
        done = sorted(self._complete)
        if len(done) > HANDFUL:
            self._say(f"{len(done):,} files already complete in the storage, not sent again")
        else:
            for key in done:
                self._say(f"{key}: already complete in the storage, not sent again")
        if self._resumed > HANDFUL:
            self._say(f"{self._resumed - HANDFUL:,} more uploads resumed")
        self._complete, self._resumed = [], 0

    def _say(self, text: str) -> None:
        self._tell(f"{self._resource}: {text}")


def _unheard(_text: str) -> None:
    """News that nobody listens to."""


def _nobody() -> News:
    return News("", _unheard)


@dataclass(frozen=True, slots=True)
class Earlier:
    """``stored``: what the storage says of the files that it holds already, by key; ``journal``:
    where unfinished sessions are found. None of it is needed."""

    stored: Mapping[str, StoredFacts] = field(default_factory=dict)
    journal: ResourceJournal | None = None
    news: News = field(default_factory=_nobody)
