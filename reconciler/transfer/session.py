"""What sending and reading one file by signed URLs have in common: renewals, tries, waiting."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

from reconciler.api.redact import clean
from reconciler.api.retry import RetryPolicy, retry_after
from reconciler.errors import ContentError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

MAX_RENEWALS = 3
EXPIRED = frozenset({"ExpiredToken", "SignatureDoesNotMatch"})  # F25: 400 and 403
_DAMAGED = frozenset({"BadDigest", "CrcMismatch"})  # bytes were damaged on the way: send again
RETRIED = frozenset({408, 429})

RequestT = TypeVar("RequestT")


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
class Wait:
    seconds: float


@dataclass(frozen=True, slots=True)
class Done:
    pass


class SignedSession(Generic[RequestT]):
    """A state machine without I/O: ``next()`` says what to do, the other methods what came of it.

    ``random`` gives 0 to 1. Every method may raise ContentError: this file cannot be moved.
    """

    def __init__(self, key: str, policy: RetryPolicy, random: Callable[[], float]) -> None:
        self.key = key
        self._policy = policy
        self._random = random
        self._url: str | None = None
        self._expired: str | None = None
        self._pause: float | None = None
        self._tries = 0
        self._renewals = 0
        self._done = False
        self.checked = ""  # once done: what proved the bytes right, see StoredFacts.compared

    def next(self) -> AskUrl | Wait | Done | RequestT:
        if self._done:
            return Done()
        if self._pause is not None:
            pause, self._pause = self._pause, None
            return Wait(pause)
        return self._step()

    def _step(self) -> AskUrl | Wait | Done | RequestT:
        if self._url is None:
            return AskUrl(self._expired)
        return self._request(self._url)

    def url(self, url: str) -> None:
        """The signed URL that was asked for."""
        self._url = url

    def broken(self, reason: str) -> None:
        """The connection failed or stalled before the end."""
        self._again(reason, None)

    def _request(self, url: str) -> RequestT:
        raise NotImplementedError

    def _failed(self, answer: Answer) -> None:
        """An answer that is an error: a fresh URL, another try, or ContentError.

        The code of the XML body counts first, the status second (fact sheet 19.3).
        """
        code = answer.element("Code")
        if code in EXPIRED:
            self._renew(code)
        elif answer.status in RETRIED or answer.status >= 500 or code in _DAMAGED:
            reason = f"storage answered {answer.status} {code}".rstrip()
            self._again(reason, retry_after(answer.headers.get("retry-after")))
        else:
            said = clean(" ".join(filter(None, (code, answer.element("Message")))))
            raise ContentError(f"storage refused {self.key}: HTTP {answer.status} {said}".rstrip())

    def _renew(self, code: str) -> None:
        self._renewals += 1
        if self._renewals > MAX_RENEWALS:
            raise ContentError(
                f"{self.key}: storage refused {self._renewals} signed URLs in a row ({code})",
                "if they expired before the file was sent, a faster link or smaller files help",
            )
        self._expired, self._url = self._url, None

    def _again(self, reason: str, wait: float | None) -> None:
        self._tries += 1
        if self._tries >= self._policy.tries or (wait or 0.0) > self._policy.total:
            tried = f"after {self._tries} tries: {clean(reason)}"
            raise ContentError(f"{self.key} did not get through {tried}", "run it again to go on")
        self._pause = self._policy.backoff(self._tries, self._random) if wait is None else wait
