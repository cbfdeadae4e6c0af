"""Sends one file by a resumable session, from where the storage says that it stands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from reconciler.transfer.connections import Broken
from reconciler.transfer.prefix import HashedPrefix
from reconciler.transfer.pump import Request, exchange
from reconciler.transfer.resumable_session import Chunk, Content, ResumableSession, Start, Verify
from reconciler.transfer.send_whole import hashed_blocks, send_whole
from reconciler.transfer.session import AskUrl, Done, Wait
from reconciler.transfer.signed_url import check_host, is_resumable

if TYPE_CHECKING:
    from reconciler.manifest.file_set import LocalFile
    from reconciler.provider import ByteProgress
    from reconciler.transfer.earlier import Earlier
    from reconciler.transfer.hashing import Digest
    from reconciler.transfer.options import TransferOptions
    from reconciler.transfer.source import OpenFile
    from reconciler.transfer.urls import UrlSource


def send_resumable(
    opened: OpenFile,
    urls: UrlSource,
    progress: ByteProgress,
    options: TransferOptions,
    earlier: Earlier,
) -> None:
    """As ``send_whole``, but a cut costs only what the storage had not kept, and a later run goes
    on with the session when the journal of ``earlier`` can keep its address."""
    url = _Resumable(opened, urls, progress, options, _Memory(earlier, opened.file)).run()
    if url is not None:
        send_whole(opened, urls, progress, options, url)


@dataclass(slots=True)
class _Memory:
    """The journal's entry of one file."""

    earlier: Earlier
    file: LocalFile

    def find(self) -> str | None:
        return self.earlier.journal.find(self.file) if self.earlier.journal else None

    def keep(self, uri: str) -> None:
        if self.earlier.journal:
            self.earlier.journal.keep(self.file, uri)

    def forget(self) -> None:
        if self.earlier.journal:
            self.earlier.journal.forget(self.file)

    def tell_resumed(self, share: int) -> None:
        self.earlier.news.resumed(self.file.key, share)


class _Resumable:
    def __init__(
        self,
        opened: OpenFile,
        urls: UrlSource,
        progress: ByteProgress,
        options: TransferOptions,
        memory: _Memory,
    ) -> None:
        self._opened = opened
        self._file = opened.file
        self._urls = urls
        self._progress = progress
        self._options = options
        self._memory = memory
        self._prefix = HashedPrefix(opened, options.require_going)
        self._digest: Digest | None = None
        self._earlier = memory.find()
        content = Content(self._file.key, self._file.size, options.chunk)
        self._session = ResumableSession(
            content, options.policy, options.jitter, self._trust, self._earlier
        )

    def run(self) -> str | None:
        """None when it is sent; a signed URL that opens no session but takes the whole file."""
        try:
            return self._run()
        finally:
            useless = self._prefix.refused or not self._opened.is_planned()
            if self._session.uri is None or useless:
                self._memory.forget()

    def _run(self) -> str | None:
        session, options = self._session, self._options
        while not isinstance(command := session.next(), Done):
            options.require_going()
            match command:
                case AskUrl(expired):
                    url = self._urls.get(self._file.key, expired)
                    if not is_resumable(url):
                        return url
                    session.url(url)
                case Wait(seconds):
                    options.clock.sleep(seconds)
                case Start():
                    self._start(command)
                case Chunk():
                    self._chunk(command)
                case Verify():
                    session.verified(self._whole())
        self._tell_sent()
        return None

    def _tell_sent(self) -> None:
        if self._digest is not None:
            self._options.hashed(self._file, self._digest)
        size = self._file.size
        self._progress(self._file.key, size, size, self._session.checked)

    def _trust(self, uri: str) -> None:
        check_host(self._file.key, uri, allow_loopback=self._options.allow_loopback)

    def _start(self, start: Start) -> None:
        try:
            answer, _ = exchange(self._options, Request("POST", start.url, start.headers))
        except Broken as error:
            self._session.broken(str(error))  # a session nobody heard of holds nothing
            return
        self._session.started(answer)
        if self._session.uri is not None:
            self._memory.keep(self._session.uri)

    def _chunk(self, chunk: Chunk) -> None:
        try:
            self._trust(chunk.uri)
            self._prefix.bring_to(chunk.start)
            request = Request("PUT", chunk.uri, chunk.headers, chunk.stop - chunk.start)
            blocks = hashed_blocks(self._prefix, self._opened, chunk.start, chunk.stop)
            self._moved(chunk, 0)  # the first report says where it begins
            answer, sent = exchange(
                self._options, request, blocks, lambda moved: self._moved(chunk, moved)
            )
        except Broken as error:
            self._session.broken(str(error))
            return
        self._session.answered(answer, chunk, sent)
        if self._earlier is not None and chunk.start == chunk.stop:
            self._tell_resumed()

    def _moved(self, chunk: Chunk, moved: int) -> None:
        if chunk.start < chunk.stop:
            self._progress(self._file.key, chunk.start + moved, self._file.size)

    def _tell_resumed(self) -> None:
        """Once, when the session of an earlier run has said where it stands."""
        if self._session.uri == self._earlier and self._session.held:
            share = 100 * self._session.held // (self._file.size or 1)
            self._memory.tell_resumed(share)
            self._earlier = None

    def _whole(self) -> Digest:
        """The digest of all bytes, once the file is seen to be what was planned."""
        digest = self._prefix.bring_to(self._file.size)
        self._prefix.require_planned()
        self._progress(self._file.key, self._file.size, self._file.size)
        self._digest = digest
        return digest
