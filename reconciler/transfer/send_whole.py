"""Sends one file by one signed PUT: what it is, is decided by the session, and done here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.transfer.connections import Broken
from reconciler.transfer.prefix import HashedPrefix
from reconciler.transfer.pump import Request, exchange
from reconciler.transfer.put_session import Put, PutSession
from reconciler.transfer.session import AskUrl, Done, Wait

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reconciler.provider import ByteProgress
    from reconciler.transfer.hashing import Digest
    from reconciler.transfer.options import TransferOptions
    from reconciler.transfer.source import OpenFile
    from reconciler.transfer.urls import UrlSource


def send_whole(
    opened: OpenFile,
    urls: UrlSource,
    progress: ByteProgress,
    options: TransferOptions,
    url: str | None = None,
) -> None:
    """Until the storage has acknowledged the bytes that were planned; ``url`` is a first signed
    URL that was asked for already. Raises ContentError, and what asking for URLs raises."""
    file = opened.file
    session = PutSession(file.key, file.size, options.policy, options.jitter)
    digest: Digest | None = None
    if url is not None:
        session.url(url)
    while not isinstance(command := session.next(), Done):
        options.require_going()
        match command:
            case AskUrl(expired):
                session.url(urls.get(file.key, expired))
            case Wait(seconds):
                options.clock.sleep(seconds)
            case Put():
                digest = _put(session, command, opened, progress, options)
    if digest is not None:
        options.hashed(file, digest)
    progress(file.key, file.size, file.size, session.checked)


def _put(
    session: PutSession,
    put: Put,
    opened: OpenFile,
    progress: ByteProgress,
    options: TransferOptions,
) -> Digest | None:
    """The digest of what went out, None when no answer came."""
    file = opened.file
    prefix = HashedPrefix(opened, options.require_going)
    request = Request("PUT", put.url, put.headers, file.size)
    progress(file.key, 0, file.size)  # the first report says where it begins
    try:
        answer, sent = exchange(
            options,
            request,
            hashed_blocks(prefix, opened, 0, file.size),
            lambda moved: progress(file.key, moved, file.size),
        )
    except Broken as error:
        session.broken(str(error))
        return None
    opened.check()
    digest = prefix.bring_to(sent)
    session.answered(answer, digest)
    return digest


def hashed_blocks(prefix: HashedPrefix, opened: OpenFile, start: int, stop: int) -> Iterator[bytes]:
    """The blocks from ``start`` to ``stop``, each hashed, the last one checked, before it goes."""
    if not opened.file.size:
        prefix.require_planned()
    for block in opened.blocks(start, stop):
        prefix.add(block)
        yield block
