"""One file by one signed PUT as a state machine: it decides what is next, and does nothing itself.

ASK URL --url--> PUT --200, hashes agree--> DONE
   ^              |--expired-------------> ASK URL (at most 3 times)
   |              |--5xx, 429, cut-------> WAIT --> PUT (whole file: a PUT replaces it)
   |              `--anything else-------> FAIL
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from reconciler.api.redact import clean
from reconciler.api.retry import RetryPolicy, retry_after
from reconciler.errors import ContentError
from reconciler.transfer.hashing import StoredFacts, stored_facts
from reconciler.transfer.signed_url import put_headers

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from reconciler.transfer.hashing import Digest

MAX_RENEWALS = 3
EXPIRED = frozenset(
    {"ExpiredToken", "SignatureDoesNotMatch"}
)  # F25; 403 is what proxies make of it
_DAMAGED = frozenset({"BadDigest", "CrcMismatch"})  # bytes were damaged on the way: send again
RETRIED = frozenset({408, 429})


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer of the storage; header names in lower case, ``body`` cut to what is read of it."""

    status: int
    headers: Mapping[str, str]
    body: bytes = b""

    def element(self, name: str) -> str:
        """The text of an element of an XML error body, "" when there is none."""
        pattern = rf"<{name}>([^<]{{0,1000}})</{name}>"
        found = re.search(pattern, self.body.decode("utf-8", "replace"))
        return found[1] if found else ""


@dataclass(frozen=True, slots=True)
class AskUrl:
    """Get a signed URL; ``expired`` is the one that the storage no longer takes."""

    expired: str | None = None


@dataclass(frozen=True, slots=True)
class Put:
    """Send the whole file."""

    url: str
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Wait:
    seconds: float


@dataclass(frozen=True, slots=True)
class Done:
    pass


Command = AskUrl | Put | Wait | Done


class PutSession:
    """``next()`` says what to do; ``url``, ``answered``, ``broken`` tell what came of it.

    ``random`` gives 0 to 1. Every method may raise ContentError: this file cannot be sent.
    """

    def __init__(
        self, key: str, size: int, policy: RetryPolicy, random: Callable[[], float]
    ) -> None:
        self.key = key
        self.size = size
        self._policy = policy
        self._random = random
        self._url: str | None = None
        self._expired: str | None = None
        self._pause: float | None = None
        self._tries = 0
        self._renewals = 0
        self._done = False

    def next(self) -> Command:
        if self._done:
            return Done()
        if self._pause is not None:
            pause, self._pause = self._pause, None
            return Wait(pause)
        if self._url is None:
            return AskUrl(self._expired)
        return Put(self._url, put_headers(self.key, self._url, self.size))

    def url(self, url: str) -> None:
        self._url = url

    def broken(self, reason: str) -> None:
        """The connection failed or stalled before the answer: the whole file goes again."""
        self._again(reason, None)

    def answered(self, answer: Answer, sent: Digest) -> None:
        """``sent`` is the digest of what went out, which counts for a 200 only."""
        code = answer.element("Code")
        if answer.status in (200, 201):
            self._accept(stored_facts(answer.headers), sent)
        elif code in EXPIRED:
            self._renew(code)
        elif answer.status in RETRIED or answer.status >= 500 or code in _DAMAGED:
            reason = f"storage answered {answer.status} {code}".rstrip()
            self._again(reason, retry_after(answer.headers.get("retry-after")))
        else:
            raise self._refused(answer, code)

    def _accept(self, stored: StoredFacts, sent: Digest) -> None:
        if sent.size != self.size:
            self.broken(f"storage answered after {sent.size} of {self.size} bytes")
            return
        different = stored.difference(sent)
        if different:
            raise ContentError(f"{self.key} was not stored as it was sent: {different}")
        self._done = True

    def _renew(self, code: str) -> None:
        self._renewals += 1
        if self._renewals > MAX_RENEWALS:
            raise ContentError(
                f"{self.key}: storage refused {self._renewals} signed URLs in a row ({code})",
                "each expired before the file was sent: use a faster link or smaller files",
            )
        self._expired, self._url = self._url, None

    def _again(self, reason: str, wait: float | None) -> None:
        self._tries += 1
        if self._tries >= self._policy.tries or (wait or 0.0) > self._policy.total:
            raise ContentError(
                f"{self.key} was not sent after {self._tries} tries: {clean(reason)}"
            )
        self._pause = self._policy.backoff(self._tries, self._random) if wait is None else wait

    def _refused(self, answer: Answer, code: str) -> ContentError:
        said = clean(" ".join(filter(None, (code, answer.element("Message")))))
        return ContentError(f"storage refused {self.key}: HTTP {answer.status} {said}".rstrip())
