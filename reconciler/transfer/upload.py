"""Sends files to signed URLs: sessions say what is next, the pump reads and sends, in workers."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from reconciler.errors import AlreadyExists, ApiError, ContentError, ReconcilerError
from reconciler.transfer.connections import Broken, StorageConnection
from reconciler.transfer.hashing import Digest
from reconciler.transfer.put_session import Put, PutSession
from reconciler.transfer.session import Answer, AskUrl, Done, Wait
from reconciler.transfer.source import changed, open_planned
from reconciler.transfer.urls import UrlSource

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reconciler.manifest.file_set import LocalFile
    from reconciler.provider import ByteProgress
    from reconciler.transfer.options import TransferOptions
    from reconciler.transfer.source import OpenFile
    from reconciler.transfer.urls import AskUrls

_ERROR_BODY = 64 * 1024  # bytes of an answer's body that are read: storage errors are short XML


def upload(
    files: Sequence[LocalFile], ask: AskUrls, progress: ByteProgress, options: TransferOptions
) -> None:
    """Send every file, small ones first, several at a time; memory does not depend on their size.

    A file that fails for good does not stop the others: the next run has less to do. Raises
    ContentError naming those that failed, or the ApiError of ``ask``.
    """
    _Upload(files, ask, progress, options).run()


class _Upload:
    def __init__(
        self,
        files: Sequence[LocalFile],
        ask: AskUrls,
        progress: ByteProgress,
        options: TransferOptions,
    ) -> None:
        self._queue = sorted(files, key=lambda file: (file.size, file.key))
        sizes = {file.key: file.size for file in self._queue}
        self._urls = UrlSource(sizes, ask, allow_loopback=options.allow_loopback)
        self._progress = progress
        self._options = options
        self._lock = threading.Lock()
        self._errors: list[ReconcilerError] = []

    def run(self) -> None:
        workers = max(1, min(self._options.workers, len(self._queue)))
        with ThreadPoolExecutor(workers, thread_name_prefix="upload") as pool:
            for done in [pool.submit(self._work) for _ in range(workers)]:
                done.result()  # what is no ReconcilerError is a bug, and is not swallowed
        if self._errors:
            raise _final(self._errors)

    def _work(self) -> None:
        connection = StorageConnection(self._options.stall_seconds, self._options.stop)
        try:
            while (file := self._take()) is not None:
                self._attempt(file, connection)
        finally:
            connection.close()

    def _take(self) -> LocalFile | None:
        with self._lock:
            lost = any(isinstance(error, ApiError) for error in self._errors)
            return self._queue.pop(0) if self._queue and not lost else None

    def _attempt(self, file: LocalFile, connection: StorageConnection) -> None:
        try:
            self._send(file, connection)
        except ReconcilerError as error:
            with self._lock:
                self._errors.append(error)
        finally:
            self._urls.done(file.key)

    def _send(self, file: LocalFile, connection: StorageConnection) -> None:
        options = self._options
        session = PutSession(file.key, file.size, options.policy, options.jitter)
        with open_planned(file) as opened:
            while not isinstance(command := session.next(), Done):
                options.require_going()
                match command:
                    case AskUrl(expired):
                        session.url(self._urls.get(file.key, expired))
                    case Wait(seconds):
                        options.clock.sleep(seconds)
                    case Put():
                        self._put(session, command, opened, connection)
            opened.check()

    def _put(
        self, session: PutSession, put: Put, opened: OpenFile, connection: StorageConnection
    ) -> None:
        digest = Digest(sha256=opened.file.sha256 is not None)
        try:
            answer = self._exchange(put, opened, connection, digest)
        except Broken as error:
            connection.close()
            session.broken(str(error))
            return
        _require_planned(opened, digest)
        session.answered(answer, digest)

    def _exchange(
        self, put: Put, opened: OpenFile, connection: StorageConnection, digest: Digest
    ) -> Answer:
        size = opened.file.size
        connection.start("PUT", put.url, {"Content-Length": str(size), **put.headers})
        self._progress(opened.file.key, 0, size)
        try:
            whole = self._pump(opened, connection, digest)
        except Broken as error:
            if error.stalled:
                raise
            whole = False  # the storage may have hung up because it has answered already
        return _answer(connection, keep=whole)

    def _pump(self, opened: OpenFile, connection: StorageConnection, digest: Digest) -> bool:
        """Send the bytes; False when the storage answered before it had them all."""
        file = opened.file
        for block in opened.blocks():
            self._options.require_going()
            if connection.answer_is_early():
                return False
            connection.send(block)
            digest.update(block)
            self._progress(file.key, digest.size, file.size)
        return True


def _answer(connection: StorageConnection, *, keep: bool) -> Answer:
    response = connection.answer()
    body = connection.read(response, _ERROR_BODY)
    if not keep or not response.isclosed():
        connection.close()  # part of a body is still on its way, in one direction or the other
    headers = {name.lower(): value for name, value in response.getheaders()}
    return Answer(response.status, headers, body)


def _require_planned(opened: OpenFile, digest: Digest) -> None:
    """Raise ContentError when what went out is not what was planned, size and dates or not."""
    opened.check()
    planned = opened.file.sha256
    if planned is not None and digest.size == opened.file.size and digest.sha256 != planned:
        raise changed(opened.file, f"its sha256 was {planned[:12]}…, and is {digest.sha256}")


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
