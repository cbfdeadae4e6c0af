"""Moves the bytes of one request: blocks from disk to the connection, and the answer back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from reconciler.api.retry import retry_after
from reconciler.transfer.connections import Broken
from reconciler.transfer.session import Answer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from reconciler.transfer.connections import StorageConnection
    from reconciler.transfer.options import TransferOptions

PAGES = (b"<!doc", b"<html")  # how a web page begins; what we store are rows and weights
ERROR_BODY = 64 * 1024  # bytes of an answer's body that are read: storage errors are short XML


@dataclass(frozen=True, slots=True)
class Request:
    """``length`` bytes of body follow the head; they are announced, never chunked (19.2)."""

    method: str
    url: str
    headers: Mapping[str, str]
    length: int = 0


def exchange(
    options: TransferOptions,
    request: Request,
    blocks: Iterable[bytes] = (),
    moved: Callable[[int], None] = lambda _sent: None,
) -> tuple[Answer, int]:
    """The storage's answer, and how many bytes of the body went out.

    ``moved`` is called with the bytes sent so far, first with 0. Raises Broken, and whatever
    ``blocks`` and ``moved`` raise.
    """
    options.pace.wait()
    with options.lanes.borrow(options.require_going) as connection:
        try:
            answer, sent = _talk(options, connection, request, blocks, moved)
        except BaseException:
            connection.close()  # a body that was announced is not whole: it cannot be used again
            raise
    options.heard(answer.status, retry_after(answer.headers.get("retry-after")))
    return answer, sent


def _talk(
    options: TransferOptions,
    connection: StorageConnection,
    request: Request,
    blocks: Iterable[bytes],
    moved: Callable[[int], None],
) -> tuple[Answer, int]:
    head = {"Content-Length": str(request.length), **request.headers}
    connection.start(request.method, request.url, head)
    sent = 0
    moved(sent)
    for block in blocks:
        options.require_going()
        # Before the first block nothing can have been refused; a small file is not worth a look.
        if (sent and connection.answer_is_early()) or not _sent(connection, block):
            break  # the storage has answered already, or hung up having done so
        sent += len(block)
        moved(sent)
    return read_answer(connection, keep=sent == request.length), sent


def _sent(connection: StorageConnection, block: bytes) -> bool:
    try:
        connection.send(block)
    except Broken as error:
        if error.stalled:
            raise
        return False
    return True


def read_answer(connection: StorageConnection, *, keep: bool) -> Answer:
    """The whole answer of an upload; ``keep``: the connection may serve another request.

    Raises Broken also for a web page: something on the way (F5: a captive portal) has answered in
    the storage's place, and its 200 says nothing of any byte.
    """
    response = connection.answer()
    body = connection.read(response, ERROR_BODY)
    if response.status < 300 and body[:64].lstrip()[:5].lower() in PAGES:
        connection.close()
        raise Broken("a web page came instead of the storage's answer", stalled=True)
    if not keep or not response.isclosed():
        connection.close()  # part of a body is still on its way, in one direction or the other
    headers = {name.lower(): value for name, value in response.getheaders()}
    return Answer(response.status, headers, body)
