"""Reads files from signed URLs into a folder: parallel, resumed, checked, named when whole."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from reconciler.errors import ContentError, ReconcilerError
from reconciler.transfer.connections import Broken, StorageConnection
from reconciler.transfer.get_session import Get, GetSession
from reconciler.transfer.hashing import stored_facts
from reconciler.transfer.session import Answer, AskUrl, Done, Wait
from reconciler.transfer.signed_url import check_host
from reconciler.transfer.source import BLOCK
from reconciler.transfer.target import Part, digest_of, targets

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from http.client import HTTPResponse
    from pathlib import Path

    from reconciler.provider import ByteProgress
    from reconciler.transfer.options import TransferOptions

_ERROR_BODY = 64 * 1024


def download(
    ask: Callable[[], Mapping[str, str]],
    folder: Path,
    progress: ByteProgress,
    options: TransferOptions,
) -> tuple[Path, ...]:
    """Every file that ``ask`` names, below ``folder``; the paths, sorted by name.

    ``ask`` gives file name -> signed GET URL, and is called again when one has expired. A file
    goes to ``<name>.part``, goes on from there in the next run, and gets its name only when size
    and hash are those of the storage. Raises ContentError naming what failed.
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
        self._ask = ask
        self._progress = progress
        self._options = options
        self._lock = threading.Lock()
        self._urls = self._checked(ask())
        self._targets = targets(folder, self._urls)
        self._errors: list[ReconcilerError] = []
        self._queue = list(self._targets)

    def run(self) -> tuple[Path, ...]:
        workers = max(1, min(self._options.workers, len(self._queue)))
        with ThreadPoolExecutor(workers, thread_name_prefix="download") as pool:
            for done in [pool.submit(self._work) for _ in range(workers)]:
                done.result()
        if self._errors:
            raise self._errors[0]
        return tuple(self._targets.values())

    def _work(self) -> None:
        connection = StorageConnection(self._options.stall_seconds, self._options.stop)
        try:
            while (key := self._take()) is not None:
                self._attempt(key, connection)
        finally:
            connection.close()

    def _take(self) -> str | None:
        with self._lock:
            return self._queue.pop(0) if self._queue else None

    def _attempt(self, key: str, connection: StorageConnection) -> None:
        try:
            if self._is_there(key, connection):
                return
            part = Part(self._targets[key])
            try:
                self._receive(key, part, connection)
                part.finish()
            finally:
                part.close()
        except OSError as error:
            self._failed(ContentError(f"{key} could not be written: {error.strerror}"))
        except ReconcilerError as error:
            self._failed(error)

    def _is_there(self, key: str, connection: StorageConnection) -> bool:
        """Whether the place holds the storage's bytes already, by size and hash: one byte is read.

        Any doubt says no: reading the file again is always right.
        """
        place = self._targets[key]
        if not place.is_file():
            return False
        with place.open("rb", buffering=0) as file:
            held = digest_of(file.fileno(), md5=True)
        try:
            connection.start("GET", self._url(key, None), {"Range": "bytes=0-0"})
            answer = _head(connection, connection.answer())
        except Broken:
            return False
        finally:
            connection.close()
        total = answer.headers.get("content-range", "").rpartition("/")[2]
        facts = stored_facts(answer.headers)
        known = answer.status == 206 and total == str(held.size) and (facts.crc32c or facts.md5)
        same = bool(known) and facts.difference(held) is None
        if same:
            self._progress(key, held.size, held.size)
        return same

    def _failed(self, error: ReconcilerError) -> None:
        with self._lock:
            self._errors.append(error)

    def _receive(self, key: str, part: Part, connection: StorageConnection) -> None:
        options = self._options
        session = GetSession(key, part.digest.size, options.policy, options.jitter)
        while not isinstance(command := session.next(), Done):
            match command:
                case AskUrl(expired):
                    session.url(self._url(key, expired))
                case Wait(seconds):
                    options.clock.sleep(seconds)
                case Get():
                    self._get(session, command, part, connection)

    def _get(
        self, session: GetSession, get: Get, part: Part, connection: StorageConnection
    ) -> None:
        headers = {"Range": f"bytes={get.start}-"} if get.start else {}
        try:
            connection.start("GET", get.url, {"Accept-Encoding": "identity", **headers})
            response = connection.answer()
            if session.began(_head(connection, response)):
                if session.held != part.digest.size:
                    part.rewind()
                self._copy(session, connection, response, part)
                session.ended(part.with_md5() if session.needs_md5 else part.digest)
            if not response.isclosed():
                connection.close()
        except Broken as error:
            connection.close()
            session.broken(str(error))

    def _copy(
        self,
        session: GetSession,
        connection: StorageConnection,
        response: HTTPResponse,
        part: Part,
    ) -> None:
        total = session.total or 0
        self._progress(session.key, session.held, total)
        while block := connection.read(response, BLOCK):
            self._options.require_going()
            part.write(block)
            session.moved(len(block))
            self._progress(session.key, session.held, total)

    def _url(self, key: str, expired: str | None) -> str:
        with self._lock:
            if self._urls.get(key) == expired:
                self._urls = self._checked(self._ask())
            if key not in self._urls:
                raise ContentError(f"the platform has no {key} any more")
            return self._urls[key]

    def _checked(self, urls: Mapping[str, str]) -> Mapping[str, str]:
        for key, url in urls.items():
            check_host(key, url, allow_loopback=self._options.allow_loopback)
        return urls


def _head(connection: StorageConnection, response: HTTPResponse) -> Answer:
    """Status and headers; of an error also the start of its body."""
    whole = response.status in (200, 206)
    body = b"" if whole else connection.read(response, _ERROR_BODY)
    return Answer(response.status, {n.lower(): v for n, v in response.getheaders()}, body)
