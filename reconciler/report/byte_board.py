"""Bytes that move outside an apply, such as a download: the whole, and the files that move."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

from reconciler.plan.sizes import counted
from reconciler.report.bar import MOST_FILES, Bar, FileUnderWay
from reconciler.report.escape import escape
from reconciler.report.pace import Pace
from reconciler.report.transfer_text import bytes_text, joined, speed_text

if TYPE_CHECKING:
    from collections.abc import Callable

HEARTBEAT = 30.0  # seconds between two lines where there is no terminal
NO_HASH = "size"
NOTHING_YET = "no bytes yet"


class ByteBoard:
    """A ByteProgress; ``bars`` is what to draw at a moment, ``line`` the same in one line.

    A file counts from its first report on: nobody knows of the others before they begin.
    """

    def __init__(self, what: str, now: Callable[[], float] = time.monotonic) -> None:
        self._what, self._now = escape(what), now
        self._lock = threading.Lock()
        self._files: dict[str, FileUnderWay] = {}
        self._done: dict[str, tuple[int, int]] = {}
        self._hashed: set[str] = set()
        self._pace = Pace()
        self._moved = 0

    def __call__(self, key: str, done: int, total: int, checked: str = "", /) -> None:
        with self._lock:
            before = self._done.get(key, (done, total))[0]
            self._done[key] = (done, total)
            self._moved += max(0, done - before)
            self._pace.saw(self._moved, self._now())
            if checked:
                self._files.pop(key, None)
                self._hashed |= {key} if checked != NO_HASH else set()
            else:
                self._files.setdefault(key, FileUnderWay(done, total)).saw(done, self._now())

    def bars(self) -> list[Bar]:
        """The whole and at most eight files."""
        with self._lock:
            now = self._now()
            moving = [file.bar(key, now) for key, file in self._files.items()]
            done, total = self._sums()
            return [Bar(self._what, self._words(now), done, total), *moving[:MOST_FILES]]

    @property
    def begun(self) -> bool:
        """Whether any file was reported."""
        return bool(self._done)

    def line(self) -> str:
        """``Model/bot  31 %  128 MB of 412 MB  11 MB/s  eta 26 s  2 of 3 files verified``."""
        with self._lock:
            return joined(self._what, self._words(self._now()) if self._done else NOTHING_YET)

    def _sums(self) -> tuple[int, int]:
        reports = self._done.values()
        return sum(done for done, _ in reports), sum(total for _, total in reports)

    def _words(self, now: float) -> str:
        done, total = self._sums()
        verified = f"{len(self._hashed):,} of {counted(len(self._done), 'file')} verified"
        return joined(
            bytes_text(done, total), speed_text(done, total, self._pace.rate(now)), verified
        )
