"""Adds up the bytes of one upload's files for whoever watches the apply."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from reconciler.execute.event import Transfer

if TYPE_CHECKING:
    from reconciler.execute.run import Run
    from reconciler.manifest.file_set import FileSet

UPLOADING, UPLOADED = "uploading", "uploaded"
NO_HASH = "size"  # what a provider says of a file whose hash the storage did not tell


class Sending:
    """A ByteProgress: several senders report at once, and each report becomes one event."""

    def __init__(self, run: Run, files: FileSet) -> None:
        self._run = run
        self._files, self._total = len(files.files), files.total_bytes
        self._lock = threading.Lock()
        self._at: dict[str, int] = {}
        self._checks: dict[str, str] = {}
        self._done = self._moved = self._hashed = 0

    def __call__(self, key: str, done: int, total: int, checked: str = "", /) -> None:
        """Raises Interrupted, which stops the sending."""
        self._run.check_stop()
        with self._lock:  # told inside: sums must not go back because a thread was overtaken
            self._add(key, done)
            if checked and key not in self._checks:
                self._checks[key] = checked
                self._hashed += checked != NO_HASH
            transfer = Transfer(
                key, done, total, checked, self._moved, len(self._checks), self._hashed, self._files
            )
            text = UPLOADED if transfer.whole == self._files else UPLOADING
            self._run.tell_transfer(text, self._done, self._total, transfer)

    def _add(self, key: str, done: int) -> None:
        """A file's first report says where it begins: those bytes did not move just now."""
        before = self._at.get(key)
        self._at[key] = done
        self._done += done - (before or 0)
        if before is not None and done > before:
            self._moved += done - before
