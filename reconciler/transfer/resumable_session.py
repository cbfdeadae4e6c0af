"""One file by a resumable session of the storage as a state machine (fact sheet 19.4).

ASK URL --url--> START --201, Location--> CHUNK --308, Range--> CHUNK ... --200--> VERIFY --> DONE
   ^               |                        |                                        |
   |--expired------'                        |--cut, stall, 5xx, 429--> WAIT          |
   |                                        |             STATUS <-------'           |
   |                                        |<--308, Range--' `--200--> VERIFY       |
   `--gone: 404, 410, 499 (at most 3 times)-'<--other bytes, resumed from a journal--'

The storage alone knows how much it holds: after any doubt it is asked, and the file goes on from
its answer, be that less than was sent. Whoever knows a session's address may write to it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from reconciler.errors import ContentError
from reconciler.transfer.hashing import StoredFacts, stored_facts
from reconciler.transfer.session import EXPIRED, RETRIED, Answer, SignedSession
from reconciler.transfer.signed_url import start_headers

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from reconciler.api.retry import RetryPolicy
    from reconciler.transfer.hashing import Digest
    from reconciler.transfer.session import AskUrl, Done, Wait

MAX_SESSIONS_LOST = 3  # of one file and run: a storage that forgets each session has a reason
GONE = frozenset({404, 410, 499})
_RANGE = re.compile(r"bytes=0-(\d{1,18})\Z", re.ASCII)


@dataclass(frozen=True, slots=True)
class Start:
    """POST the signed URL with an empty body: the answer's Location is the session."""

    url: str
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Chunk:
    """PUT bytes ``start`` to ``stop`` (excluded) to the session; none of them asks its status."""

    uri: str
    start: int
    stop: int
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Verify:
    """The storage says it is complete: hash the whole file, and hand in the digest."""


@dataclass(frozen=True, slots=True)
class Content:
    """What is to be sent: ``size`` bytes under ``key``, in chunks of ``chunk`` bytes."""

    key: str
    size: int
    chunk: int


class ResumableSession(SignedSession["Start | Chunk | Verify"]):
    """Sends one file; see SignedSession. ``uri`` is the session under way, None without one.

    ``trust(uri)`` raises ContentError for a host that bytes must not be sent to.
    """

    def __init__(
        self,
        content: Content,
        policy: RetryPolicy,
        random: Callable[[], float],
        trust: Callable[[str], object],
        uri: str | None = None,
    ) -> None:
        """``uri``: the session of an earlier run, whose storage is asked how far it came."""
        super().__init__(content.key, policy, random)
        self._content = content
        self._trust = trust
        self.uri = uri
        self._earlier = uri is not None
        self._offset: int | None = None  # what the storage holds; None: it must be asked
        self._best = 0
        self._lost = 0
        self._facts: StoredFacts | None = None

    @property
    def held(self) -> int:
        """Bytes that the storage was heard to hold, 0 while that is not known."""
        return self._offset or 0

    def _step(self) -> AskUrl | Wait | Done | Start | Chunk | Verify:
        if self._facts is not None:
            return Verify()
        if self.uri is not None:
            return self._chunk(self.uri)
        return super()._step()

    def _request(self, url: str) -> Start:
        return Start(url, start_headers(self.key, url, self._content.size))

    def _chunk(self, uri: str) -> Chunk:
        size = self._content.size
        if self._offset is None or self._offset >= size:
            return Chunk(uri, size, size, {"Content-Range": f"bytes */{size}"})
        stop = min(size, self._offset + self._content.chunk)
        span = f"bytes {self._offset}-{stop - 1}/{size}"
        return Chunk(uri, self._offset, stop, {"Content-Range": span})

    def started(self, answer: Answer) -> None:
        """What came of Start."""
        uri = answer.headers.get("location", "")
        if answer.status not in (200, 201):
            self._failed(answer)
        elif not uri:
            self._again("storage did not open an upload session", None)
        else:
            self._trust(uri)
            self.uri, self._offset, self._earlier = uri, 0, False

    def answered(self, answer: Answer, chunk: Chunk, sent: int) -> None:
        """What came of a Chunk, of which ``sent`` bytes went out."""
        if answer.status in (200, 201):
            self._complete(answer, chunk, sent)
        elif answer.status == 308:
            self._holds(answer, chunk)
        else:
            self._refused(answer, asked=chunk.start == chunk.stop)

    def broken(self, reason: str) -> None:
        self._offset = None
        super().broken(reason)

    def verified(self, digest: Digest) -> None:
        """``digest`` is of the whole file as it is here. Raises ContentError when the storage holds
        other bytes; those of an earlier run's session are first sent anew."""
        facts, self._facts = self._facts or StoredFacts(), None
        different = facts.difference(digest)
        if different is None:
            self._done, self.uri, self.checked = True, None, facts.compared(digest)
        elif self._earlier:
            self._forget()
        else:
            self.uri = None
            raise ContentError(f"{self.key} was not stored as it was sent: {different}")

    def _complete(self, answer: Answer, chunk: Chunk, sent: int) -> None:
        """200: the hash decides, whoever sent the bytes. Without one, the stored size or that this
        very request brought the last byte, unless an earlier run sent some of them."""
        size, facts = self._content.size, stored_facts(answer.headers)
        brought = chunk.start + sent == size and (sent > 0 or size == 0)
        ours = not self._earlier and (facts.size == size or brought)
        if facts.crc32c is not None or ours:
            self._facts = facts
        elif self._earlier or chunk.start == chunk.stop:
            self._lose(answer)  # to ask again would give the same: only sending it anew tells
        else:
            self.broken(f"storage answered after {chunk.start + sent} of {size} bytes")

    def _holds(self, answer: Answer, chunk: Chunk) -> None:
        """308: the storage holds the bytes up to its Range, none without one."""
        text = answer.headers.get("range", "")
        found = _RANGE.fullmatch(text)
        held = int(found[1]) + 1 if found else 0
        if (text and not found) or held > self._content.size:
            self.broken("storage answered with an impossible Range")
            return
        self._offset = held
        # A rewind is no failure of its own: what led to it has counted, and so does standing still.
        if held > self._best:
            self._best, self._tries = held, 0
        elif held >= self._content.size or (held <= chunk.start < chunk.stop):
            self._again(f"storage holds {held} of {self._content.size} bytes and no more", None)

    def _refused(self, answer: Answer, *, asked: bool) -> None:
        """No 2xx, no 308. A session's address bears no signature, so an expired one is a doubt at
        first: its status is asked, and a refusal of that is final for the session."""
        doubtful = answer.element("Code") in EXPIRED
        final = asked and 400 <= answer.status < 500 and answer.status not in RETRIED
        if answer.status in GONE or final:
            self._lose(answer)
        elif doubtful:
            self.broken(f"storage answered {answer.status} {answer.element('Code')}")
        else:
            self._offset = None
            self._failed(answer)

    def _again(self, reason: str, wait: float | None) -> None:
        """Where an earlier run's session cannot be reached any more, another one is begun."""
        if self._earlier and self._tries + 1 >= self._policy.tries:
            self._tries = 0
            self._forget()
        else:
            super()._again(reason, wait)

    def _lose(self, answer: Answer) -> None:
        self._lost += 1
        if self._lost > MAX_SESSIONS_LOST:
            raise ContentError(
                f"{self.key}: storage lost {self._lost} upload sessions (HTTP {answer.status})",
                "run it again",
            )
        self._forget()

    def _forget(self) -> None:
        """Begin anew. The signed URL, if there is one, may still open another session."""
        self.uri, self._offset, self._best, self._earlier = None, None, 0, False
