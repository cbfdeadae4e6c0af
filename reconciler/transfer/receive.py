"""Reads one range of a file: what it asks for is decided by the session, and done here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.api.retry import retry_after
from reconciler.transfer.connections import Broken
from reconciler.transfer.get_session import Get, GetSession, Stale
from reconciler.transfer.hashing import Digest
from reconciler.transfer.part import digest_of
from reconciler.transfer.pump import ERROR_BODY
from reconciler.transfer.session import Answer, AskUrl, Done, Wait
from reconciler.transfer.source import BLOCK

if TYPE_CHECKING:
    from collections.abc import Callable
    from http.client import HTTPResponse

    from reconciler.transfer.connections import StorageConnection
    from reconciler.transfer.download_job import DownloadJob, Span
    from reconciler.transfer.get_urls import GetUrls
    from reconciler.transfer.options import TransferOptions


class Receiver:
    """Fills ranges of files, each on one connection of the budget at a time."""

    def __init__(self, urls: GetUrls, options: TransferOptions) -> None:
        self._urls = urls
        self._options = options

    def receive(self, job: DownloadJob, span: Span, spread: Callable[[list[Span]], None]) -> None:
        """Until the range is on disk, or its file is over. ``spread`` is handed the other ranges
        once the size is known. Raises ContentError, OSError, and what asking for URLs raises."""
        if not job.over:
            _Range(self._urls, self._options, job, span, spread).run()


class _Range:
    def __init__(
        self,
        urls: GetUrls,
        options: TransferOptions,
        job: DownloadJob,
        span: Span,
        spread: Callable[[list[Span]], None],
    ) -> None:
        self._urls = urls
        self._options = options
        self._job = job
        self._start = span[0]
        self._spread = spread
        held = job.part.held.get(self._start, 0)
        going, stop = options.require_going, min(self._start + held, span[1])
        self._digest = digest_of(job.part.descriptor, self._start, stop, going)
        at = self._start + self._digest.size
        self._full = job.known is not None and at >= span[1]
        self._session = GetSession(
            job.key, (at, span[1]), options.policy, options.jitter, job.known
        )

    def run(self) -> None:
        try:
            while not self._full and not isinstance(command := self._session.next(), Done):
                self._options.require_going()
                if self._job.over:
                    return
                self._obey(command)
            self._job.arrived(self._start, self._digest)
        except Stale:
            self._job.stale()
        finally:
            self._job.keep(self._start, self._digest.size)

    def _obey(self, command: AskUrl | Wait | Get) -> None:
        match command:
            case AskUrl(expired):
                self._session.url(self._urls.get(self._job.key, expired))
            case Wait(seconds):
                self._options.clock.sleep(seconds)
            case Get():
                self._get(command)

    def _get(self, get: Get) -> None:
        self._options.pace.wait()
        with self._options.lanes.borrow(self._options.require_going) as connection:
            try:
                whole = self._exchange(get, connection)
            except Broken as error:
                whole = False
                self._session.broken(str(error))
            except BaseException:
                connection.close()
                raise
            if not whole:
                connection.close()

    def _exchange(self, get: Get, connection: StorageConnection) -> bool:
        """Whether the connection can be used again."""
        connection.start("GET", get.url, get.headers)
        response = connection.answer()
        answer = _head(connection, response)
        self._options.heard(answer.status, retry_after(answer.headers.get("retry-after")))
        if self._session.began(answer):
            self._learn(answer)
            self._copy(connection, response)
            self._session.ended()
        return response.isclosed()

    def _learn(self, answer: Answer) -> None:
        if self._session.at != self._start + self._digest.size:
            self._digest = Digest()  # the storage begins anew, and so does the range
        if self._session.known is not None:
            self._spread(self._job.learn(self._session.known, whole=answer.status == 200))

    def _copy(self, connection: StorageConnection, response: HTTPResponse) -> None:
        session, job = self._session, self._job
        while session.left != 0 and not job.over:
            self._options.require_going()
            block = connection.read(response, min(BLOCK, session.left or BLOCK))
            if not block:
                return
            job.part.write(session.at, block)
            self._digest.update(block)
            session.moved(len(block))
            job.moved(self._start, self._digest.size)


def _head(connection: StorageConnection, response: HTTPResponse) -> Answer:
    """Status and headers; of an error also the start of its body."""
    whole = response.status in (200, 206)
    body = b"" if whole else connection.read(response, ERROR_BODY)
    return Answer(response.status, {n.lower(): v for n, v in response.getheaders()}, body)
