"""What the storage says of the files of a resource, without reading them: one byte of each."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from threading import Lock
from typing import TYPE_CHECKING

from reconciler.errors import ContentError
from reconciler.transfer.connections import Broken
from reconciler.transfer.hashing import StoredFacts, stored_facts
from reconciler.transfer.pump import Request, exchange
from reconciler.transfer.session import AskUrl, Done, SignedSession, Wait
from reconciler.transfer.signed_url import check_host

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from reconciler.transfer.options import TransferOptions
    from reconciler.transfer.session import Answer

TRIES = 3  # of one look: a plan can say that it does not know, an upload cannot

EMPTY = StoredFacts(0, "AAAAAA==")
"""Of no byte at all there is one content, and this is its crc32c."""


@dataclass(frozen=True, slots=True)
class Gone:
    """The storage has no object under the URL that the platform gave."""


@dataclass(frozen=True, slots=True)
class Untold:
    """The storage did not answer, or refused; ``why`` in words without the URL."""

    why: str


Found = StoredFacts | Gone | Untold


def probe(ask: Callable[[], Mapping[str, str]], options: TransferOptions) -> Mapping[str, Found]:
    """What is stored, by the names that the platform gives; several files at a time.

    ``ask`` gives file name -> signed GET URL, and is called again when one has expired. Raises
    what ``ask`` raises, and ContentError for a URL whose host is not trusted or when told to stop.
    """
    return _Probe(ask, options).run()


SPEAKS = ("x-goog-hash", "x-goog-stored-content-length")
"""Without either, a 200 to the question for one byte is not the storage's own, and its length none
of an object (fault model F5: something on the way answers in its place)."""


class _Ranged(SignedSession[Request]):
    """One byte of one file: enough for the headers that tell size and hashes (fact sheet 19.6)."""

    found: Found | None = None

    def answered(self, answer: Answer) -> None:
        """Take the answer. Raises ContentError when the storage refuses for good."""
        if answer.status == 200 and not any(name in answer.headers for name in SPEAKS):
            self._again("the answer does not describe an object", None)
        elif answer.status in (200, 206):
            self._tell(facts_of(answer))
        elif answer.status == 416:
            self._tell(EMPTY)  # there is no first byte
        elif answer.status == 404:
            self._tell(Gone())
        else:
            self._failed(answer)

    def _tell(self, found: Found) -> None:
        self.found = found
        self._done = True

    def _request(self, url: str) -> Request:
        return Request("GET", url, {"Range": "bytes=0-0", "Accept-Encoding": "identity"})


class _Probe:
    def __init__(self, ask: Callable[[], Mapping[str, str]], options: TransferOptions) -> None:
        self._ask = ask
        self._options = options
        self._lock = Lock()
        self._urls = self._checked(ask())

    def run(self) -> Mapping[str, Found]:
        keys = sorted(self._urls)
        if not keys:
            return {}
        workers = max(1, min(self._options.workers, len(keys)))
        with self._options.lanes:
            pool = ThreadPoolExecutor(workers, "probe")
            try:
                return dict(zip(keys, pool.map(self._one, keys), strict=True))
            finally:
                pool.shutdown(wait=False, cancel_futures=True)

    def _one(self, key: str) -> Found:
        policy = replace(self._options.policy, tries=TRIES)
        session = _Ranged(key, policy, self._options.jitter)
        try:
            while not isinstance(command := session.next(), Done):
                self._options.require_going()
                self._obey(command, session)
        except ContentError as error:
            self._options.require_going()
            return Untold(error.message)
        return session.found or Untold("the storage did not answer")

    def _obey(self, command: AskUrl | Wait | Request, session: _Ranged) -> None:
        match command:
            case AskUrl(expired):
                session.url(self._url(session.key, expired))
            case Wait(seconds):
                self._options.clock.sleep(seconds)
            case Request():
                self._send(command, session)

    def _send(self, request: Request, session: _Ranged) -> None:
        try:
            answer, _ = exchange(self._options, request)
        except Broken as error:
            session.broken(str(error))
        else:
            session.answered(answer)

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


def facts_of(answer: Answer) -> StoredFacts:
    """Nothing is known of an object that is stored compressed: its hash is not of our bytes."""
    headers = answer.headers
    if headers.get("x-goog-stored-content-encoding", "identity") != "identity":
        return StoredFacts()
    facts = stored_facts(headers)
    total = headers.get("content-range", "").rpartition("/")[2]
    if answer.status == 200 and facts.size is None:
        total = headers.get("content-length", "")
    return replace(facts, size=int(total)) if total.isascii() and total.isdigit() else facts
