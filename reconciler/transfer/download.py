"""Reads files from signed URLs into a folder: parallel, resumed, checked, named when whole."""

from __future__ import annotations

import threading
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from reconciler.errors import ContentError, ReconcilerError
from reconciler.transfer.connections import TICK_SECONDS
from reconciler.transfer.download_job import DownloadJob
from reconciler.transfer.get_urls import GetUrls
from reconciler.transfer.hashing import StoredFacts
from reconciler.transfer.part import digest_of, has_part
from reconciler.transfer.probe import probe
from reconciler.transfer.receive import Receiver
from reconciler.transfer.target import targets

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

    from reconciler.provider import ByteProgress
    from reconciler.transfer.download_job import Span
    from reconciler.transfer.options import TransferOptions


def download(
    ask: Callable[[], Mapping[str, str]],
    folder: Path,
    progress: ByteProgress,
    options: TransferOptions,
) -> tuple[Path, ...]:
    """Every file that ``ask`` names, below ``folder``; the paths, sorted by name.

    ``ask`` gives file name -> signed GET URL, and is called again when one has expired. A file
    goes to ``<name>.part``, large ones in several ranges at once; the next run goes on from there.
    It gets its name only when size and hash are those of the storage. Raises ContentError naming
    what failed.
    """
    return _Download(ask, folder, progress, options).run()


class _Download:
    def __init__(
        self,
        ask: Callable[[], Mapping[str, str]],
        folder: Path,
        progress: ByteProgress,
        options: TransferOptions,
    ) -> None:
        self._progress = progress
        self._options = options
        self._urls = GetUrls(ask, options)
        self._targets = targets(folder, self._urls.keys)
        self._receiver = Receiver(self._urls, options)
        self._errors: list[ReconcilerError] = []
        self._tasks: deque[Callable[[], None]] = deque()
        self._busy = 0
        self._changed = threading.Condition()

    def run(self) -> tuple[Path, ...]:
        with self._options.lanes:
            stored = self._look()
            for key in self._targets:
                self._add(lambda key=key: self._begin(key, stored.get(key)))  # type: ignore[misc]  # bound at once
            workers = max(1, self._options.workers)
            with ThreadPoolExecutor(workers, thread_name_prefix="download") as pool:
                for done in [pool.submit(self._work) for _ in range(workers)]:
                    done.result()
        if self._errors:
            raise self._errors[0]
        return tuple(self._targets.values())

    def _look(self) -> Mapping[str, StoredFacts]:
        """What the storage has of those files of which an earlier run left something here."""
        begun = {k for k, place in self._targets.items() if place.is_file() or has_part(place)}
        if not begun:
            return {}
        found = probe(lambda: self._urls.some(begun), self._options)
        return {key: each for key, each in found.items() if isinstance(each, StoredFacts)}

    def _work(self) -> None:
        while (task := self._take()) is not None:
            try:
                task()
            except OSError as error:
                self._failed(ContentError(f"a file could not be written: {error.strerror}"))
            except ReconcilerError as error:
                self._failed(error)
            finally:
                with self._changed:
                    self._busy -= 1
                    self._changed.notify_all()

    def _take(self) -> Callable[[], None] | None:
        """The next thing to do; None when there is nothing left and nobody can add to it."""
        with self._changed:
            while not self._tasks and self._busy:
                self._changed.wait(TICK_SECONDS)
            if not self._tasks:
                return None
            self._busy += 1
            return self._tasks.popleft()

    def _add(self, *tasks: Callable[[], None]) -> None:
        with self._changed:
            self._tasks.extend(tasks)
            self._changed.notify_all()

    def _failed(self, error: ReconcilerError) -> None:
        with self._changed:
            self._errors.append(error)

    def _begin(self, key: str, stored: StoredFacts | None) -> None:
        self._options.require_going()
        place = self._targets[key]
        if stored is not None and self._is_there(key, place, stored):
            return
        try:
            job = DownloadJob(key, place, self._options.slice, self._progress)
            self._read(job, job.begin(stored))
        except OSError as error:
            raise ContentError(f"{key} could not be written: {error.strerror}") from error

    def _is_there(self, key: str, place: Path, stored: StoredFacts) -> bool:
        """Whether the place holds the storage's bytes already; any doubt says no."""
        if not place.is_file() or place.stat().st_size != stored.size:
            return False
        with place.open("rb", buffering=0) as file:
            going, md5 = self._options.require_going, stored.crc32c is None
            held = digest_of(file.fileno(), 0, stored.size, going, md5=md5)
        if not (stored.crc32c or stored.md5) or stored.difference(held) is not None:
            return False
        self._progress(key, held.size, held.size, stored.compared(held))
        return True

    def _read(self, job: DownloadJob, spans: Iterable[Span]) -> None:
        """The first range by this worker, the others by whoever has time."""
        mine, *others = spans
        self._spread(job, others)
        self._span(job, mine)

    def _spread(self, job: DownloadJob, spans: Iterable[Span]) -> None:
        self._add(*(lambda span=span: self._span(job, span) for span in spans))

    def _span(self, job: DownloadJob, span: Span) -> None:
        try:
            self._receiver.receive(job, span, lambda spans: self._spread(job, spans))
        except OSError as error:
            job.fail(ContentError(f"{job.key} could not be written: {error.strerror}"))
        except ReconcilerError as error:
            job.fail(error)
        finally:
            again = job.left(self._options.require_going)
        if again:
            self._read(job, again)
