"""Sends files to signed URLs in workers: small ones first, within the budget of the run."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from reconciler.errors import AlreadyExists, ApiError, ContentError, ReconcilerError
from reconciler.transfer.earlier import Earlier
from reconciler.transfer.send_resumable import send_resumable
from reconciler.transfer.send_whole import send_whole
from reconciler.transfer.source import open_planned
from reconciler.transfer.stored import stored_by
from reconciler.transfer.urls import UrlSource

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reconciler.manifest.file_set import LocalFile
    from reconciler.provider import ByteProgress
    from reconciler.transfer.options import TransferOptions
    from reconciler.transfer.urls import AskUrls


def upload(
    files: Sequence[LocalFile],
    ask: AskUrls,
    progress: ByteProgress,
    options: TransferOptions,
    ask_resumable: AskUrls | None = None,
    earlier: Earlier | None = None,
) -> None:
    """Send every file, small ones first, several at a time; memory does not depend on their size.

    ``ask_resumable`` asks for URLs that open sessions, for large files; None where the platform
    knows none. A file that fails for good does not stop the others: the next run has less to do.
    Raises ContentError naming those that failed, or the ApiError of ``ask``.
    """
    earlier = earlier or Earlier()
    try:
        _Upload(files, ask, progress, options, ask_resumable, earlier).run()
    finally:
        earlier.news.finish()


class _Upload:
    def __init__(
        self,
        files: Sequence[LocalFile],
        ask: AskUrls,
        progress: ByteProgress,
        options: TransferOptions,
        ask_resumable: AskUrls | None,
        earlier: Earlier,
    ) -> None:
        self._progress = progress
        self._options = options
        self._earlier = earlier
        self._lock = threading.Lock()
        self._errors: list[ReconcilerError] = []
        self._queue = sorted(files, key=lambda file: (file.size, file.key))
        large = {f.key for f in files if ask_resumable and f.size >= options.resumable_from}
        self._whole = self._urls_of({f.key for f in files} - large, ask)
        self._sessions = self._urls_of(large, ask_resumable or ask, resumable=True)
        self._large = large

    def _urls_of(self, keys: set[str], ask: AskUrls, *, resumable: bool = False) -> UrlSource:
        sizes = {file.key: file.size for file in self._queue if file.key in keys}
        loopback = self._options.allow_loopback
        return UrlSource(sizes, ask, allow_loopback=loopback, resumable=resumable)

    def run(self) -> None:
        workers = max(1, min(self._options.workers, len(self._queue)))
        with (
            self._options.lanes,
            ThreadPoolExecutor(workers, thread_name_prefix="upload") as pool,
        ):
            for done in [pool.submit(self._work) for _ in range(workers)]:
                done.result()  # what is no ReconcilerError is a bug, and is not swallowed
        if self._errors:
            raise _final(self._errors)

    def _work(self) -> None:
        while (file := self._take()) is not None:
            self._attempt(file)

    def _take(self) -> LocalFile | None:
        with self._lock:
            lost = any(isinstance(error, ApiError) for error in self._errors)
            return self._queue.pop(0) if self._queue and not lost else None

    def _attempt(self, file: LocalFile) -> None:
        urls = self._sessions if file.key in self._large else self._whole
        try:
            if not self._is_there(file):
                self._send(file, urls)
        except ReconcilerError as error:
            with self._lock:
                self._errors.append(error)
        finally:
            urls.done(file.key)

    def _is_there(self, file: LocalFile) -> bool:
        facts = self._earlier.stored.get(file.key)
        checked = stored_by(file, facts, self._options) if facts is not None else ""
        if not checked:
            return False
        self._earlier.news.complete(file.key)
        self._progress(file.key, file.size, file.size, checked)
        return True

    def _send(self, file: LocalFile, urls: UrlSource) -> None:
        with open_planned(file) as opened:
            if urls is self._sessions:
                send_resumable(opened, urls, self._progress, self._options, self._earlier)
            else:
                send_whole(opened, urls, self._progress, self._options)


def _final(errors: Sequence[ReconcilerError]) -> ReconcilerError:
    """The one error to raise: an answer of the platform, else all that could not be sent.

    AlreadyExists counts only by itself: half an upload is never taken for a whole one (R8).
    """
    unsent = [error for error in errors if not isinstance(error, ApiError)]
    answers = [error for error in errors if isinstance(error, ApiError)]
    answers.sort(key=lambda error: isinstance(error, AlreadyExists))
    if answers and not (unsent and isinstance(answers[0], AlreadyExists)):
        return answers[0]
    return _summary(unsent)


def _summary(errors: Sequence[ReconcilerError]) -> ContentError:
    first = errors[0]
    if len(errors) == 1:
        return ContentError(first.message, first.hint)
    text = "; ".join(error.message for error in errors[:3])
    more = f"; and {len(errors) - 3} more" if len(errors) > 3 else ""
    return ContentError(f"{len(errors)} files were not sent: {text}{more}", first.hint)
