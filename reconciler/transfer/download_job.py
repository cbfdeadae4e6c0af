"""One file of a download: its ranges, what is known of it, and whether it came out right."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from reconciler.errors import ContentError, ReconcilerError
from reconciler.transfer.hashing import Digest
from reconciler.transfer.part import Part, digest_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from reconciler.provider import ByteProgress
    from reconciler.transfer.hashing import StoredFacts

Span = tuple[int, int]


class DownloadJob:
    """Shared by the workers that read its ranges; ``spans`` are those that nobody has taken yet.

    ``known``: size and hashes, None before the storage has told them. ``over``: no range of it
    needs to be read any more, for one failed or is of another object.
    """

    def __init__(self, key: str, place: Path, slice_bytes: int, progress: ByteProgress) -> None:
        """Raises OSError."""
        self.key = key
        self.part = Part(place, slice_bytes)
        self.known: StoredFacts | None = None
        self.over = False
        self._progress = progress
        self._first = (0, slice_bytes)
        self._lock = threading.Lock()
        self._open = 0
        self._digests: dict[int, Digest] = {}
        self._moved: dict[int, int] = {}
        self._error: ReconcilerError | None = None
        self._again = False

    def begin(self, facts: StoredFacts | None) -> list[Span]:
        """The ranges to read: all, of which some may be on disk, or the first to learn the size."""
        self.part.resume(facts)
        return self.learn(facts) if facts and facts.size is not None else self._take([self._first])

    def learn(self, facts: StoredFacts, *, whole: bool = False) -> list[Span]:
        """Size and hashes are known now; the ranges that nobody reads yet, so far.

        ``whole``: the storage knows no ranges, and the one under way brings everything.
        """
        with self._lock:
            if self.known is not None:
                return []
            self.known, started = facts, bool(self._open)
            if not whole:
                self.part.save(facts)
            spans = [] if whole or facts.size is None else self.part.spans(facts.size)
            self._moved = {start: self.part.held.get(start, 0) for start, _ in spans}
        self.tell()
        return self._take(spans[1:] if started else spans)

    def moved(self, start: int, held: int) -> None:
        """So many bytes of a range are on disk."""
        with self._lock:
            self._moved[start] = held
        self.tell()

    def tell(self) -> None:
        if self.known is not None:
            with self._lock:
                done = sum(self._moved.values())
            self._progress(self.key, done, self.known.size or done)

    def arrived(self, start: int, digest: Digest) -> None:
        """A whole range is on disk."""
        with self._lock:
            self._digests[start] = digest
            self.part.held[start] = digest.size
            if self.known is not None and len(self._digests) > 1:
                self.part.save(self.known)

    def keep(self, start: int, held: int) -> None:
        """A range was given up for this run after so many bytes."""
        with self._lock:
            self.part.held[start] = held

    def fail(self, error: ReconcilerError) -> None:
        with self._lock:
            self._error, self.over = self._error or error, True

    def stale(self) -> None:
        """A range turned out to be of another object than the rest."""
        if self._again:
            self.fail(ContentError(f"{self.key} keeps changing while it is read"))
        self.over = True

    def left(self, going: Callable[[], None]) -> list[Span]:
        """A worker has left a range; the last one settles the file. The ranges to read anew.

        Raises ReconcilerError and OSError when the file failed; its part is closed then.
        """
        with self._lock:
            self._open -= 1
            if self._open:
                return []
        try:
            return self._settle(going)
        except BaseException:
            self._close()
            raise

    def _settle(self, going: Callable[[], None]) -> list[Span]:
        if self._error is not None:
            raise self._error
        whole = None if self.over else self._whole(going)
        different = "the stored object has changed"
        if whole is not None and self.known is not None:
            different = self.known.difference(whole) or ""
            if not different:
                self.part.finish(whole.size)
                self.part.close()
                self._progress(self.key, whole.size, whole.size, self.known.compared(whole))
                return []
        if self._again:
            self.part.wipe()
            raise ContentError(f"{self.key} was downloaded with other bytes: {different}")
        return self._anew()

    def _anew(self) -> list[Span]:
        """Once: what lay on disk may be of an older content."""
        self.part.wipe()
        self._again, self.over, self.known = True, False, None
        self._digests, self._moved = {}, {}
        return self._take([self._first])

    def _whole(self, going: Callable[[], None]) -> Digest:
        """The digest of the whole; read again for its md5 where the storage offers no crc32c."""
        whole = Digest()
        for start in sorted(self._digests):
            whole = whole.followed_by(self._digests[start])
        if self.known and self.known.crc32c is None and self.known.md5 is not None:
            return digest_of(self.part.descriptor, 0, whole.size, going, md5=True)
        return whole

    def _take(self, spans: list[Span]) -> list[Span]:
        with self._lock:
            self._open += len(spans)
        return spans

    def _close(self) -> None:
        try:
            if self.known is not None and not self._again:
                self.part.save(self.known)
        finally:
            self.part.close()
