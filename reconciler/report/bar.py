"""Bars as values: a line with a name, words, and how much of it is done."""

from __future__ import annotations

from dataclasses import dataclass, field

from reconciler.report.escape import escape
from reconciler.report.pace import Pace
from reconciler.report.transfer_text import bytes_text, joined, speed_text

MOST_FILES = 8  # bars of files at once: as many as there are connections


@dataclass(frozen=True, slots=True)
class Bar:
    """One line: a bar is drawn only for a known ``total``. ``depth`` 1 is a file of the line above.

    ``name`` and ``words`` are safe to print.
    """

    name: str
    words: str
    done: int = 0
    total: int = 0
    depth: int = 0


@dataclass(slots=True)
class FileUnderWay:
    done: int
    total: int
    moved: int = 0
    pace: Pace = field(default_factory=Pace)

    def saw(self, done: int, now: float) -> None:
        """A file that begins anew goes back, but what it had sent did move."""
        self.moved += max(0, done - self.done)
        self.done = done
        self.pace.saw(self.moved, now)

    def bar(self, key: str, now: float) -> Bar:
        speed = speed_text(self.done, self.total, self.pace.rate(now))
        # All is sent and nothing is acknowledged: the storage has the word.
        words = speed if self.done < self.total else "checking"
        text = joined(bytes_text(self.done, self.total), words)
        return Bar(escape(key), text, self.done, self.total, depth=1)
