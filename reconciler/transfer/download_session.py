"""One file by signed GETs as a state machine: where to go on, and whether the bytes are right.

ASK URL --> GET from k --206/200, to the end, hashes agree--> DONE
   ^            |--expired----------------> ASK URL (at most 3 times)
   |            |--cut, 5xx, 429----------> WAIT --> GET from where it stopped
   |            `--hashes differ----------> GET from 0, once
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from reconciler.api.redact import clean
from reconciler.api.retry import RetryPolicy, retry_after
from reconciler.errors import ContentError
from reconciler.transfer.hashing import StoredFacts, stored_facts
from reconciler.transfer.put_session import (
    EXPIRED,
    MAX_RENEWALS,
    RETRIED,
    Answer,
    AskUrl,
    Done,
    Wait,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from reconciler.transfer.hashing import Digest


@dataclass(frozen=True, slots=True)
class Get:
    """Read the file from byte ``start`` to its end."""

    url: str
    start: int


Command = AskUrl | Get | Wait | Done


class GetSession:
    """``next()`` says what to do; ``held`` bytes are on disk already when it begins."""

    def __init__(
        self, key: str, held: int, policy: RetryPolicy, random: Callable[[], float]
    ) -> None:
        self.key = key
        self.held = held
        self.total: int | None = None
        self._facts = StoredFacts()
        self._policy = policy
        self._random = random
        self._url: str | None = None
        self._expired: str | None = None
        self._pause: float | None = None
        self._tries = 0
        self._renewals = 0
        self._damaged = False
        self._done = False

    def next(self) -> Command:
        if self._done:
            return Done()
        if self._pause is not None:
            pause, self._pause = self._pause, None
            return Wait(pause)
        if self._url is None:
            return AskUrl(self._expired)
        return Get(self._url, self.held)

    def url(self, url: str) -> None:
        self._url = url

    def began(self, answer: Answer) -> bool:
        """Take the answer's head; True when its body is the file from ``held`` on.

        A 200 is the whole file whatever was asked for: ``held`` is 0 then.
        """
        code = answer.element("Code")
        if answer.status in (200, 206):
            return self._accept(answer)
        if answer.status == 416 and self.held:
            self._complete_or_anew(answer)
        elif code in EXPIRED:
            self._renew(code)
        elif answer.status in RETRIED or answer.status >= 500:
            wait = retry_after(answer.headers.get("retry-after"))
            self._again(f"storage answered {answer.status} {code}".rstrip(), wait)
        else:
            said = clean(" ".join(filter(None, (code, answer.element("Message")))))
            raise ContentError(f"storage refused {self.key}: HTTP {answer.status} {said}".rstrip())
        return False

    def moved(self, count: int) -> None:
        """So many more bytes are on disk: whatever went wrong before, it goes on."""
        self.held += count
        self._tries = 0

    def broken(self, reason: str) -> None:
        """The connection failed before the end of the body."""
        self._again(reason, None)

    def ended(self, digest: Digest) -> None:
        """The body ended; ``digest`` is of all bytes on disk."""
        if self.total is not None and digest.size < self.total:
            self._again(f"it was cut after {digest.size} of {self.total} bytes", None)
            return
        different = self._facts.difference(digest)
        if different is None and self.total in (None, digest.size):
            self._done = True
        elif self._damaged:
            text = f"{self.key} came back with other bytes: {different or 'wrong size'}"
            raise ContentError(text)
        else:
            self._damaged, self.held = True, 0  # what lay on disk may be of an older content

    @property
    def needs_md5(self) -> bool:
        """Whether the storage offers no crc32c, which costs a tenth of md5."""
        return self._facts.crc32c is None and self._facts.md5 is not None

    def _accept(self, answer: Answer) -> bool:
        self._facts = stored_facts(answer.headers)
        if answer.status == 200:
            self.held = 0
            length = answer.headers.get("content-length", "")
            self.total = int(length) if length.isdigit() else None
            return True
        span = re.fullmatch(r"bytes (\d+)-\d+/(\d+)", answer.headers.get("content-range", ""))
        if span is None or int(span[1]) != self.held:
            self._again("storage answered another range than was asked for", None)
            return False
        self.total = int(span[2])
        return True

    def _complete_or_anew(self, answer: Answer) -> None:
        """416: nothing follows what is held. Reading it whole again is always right."""
        if self._damaged:
            raise ContentError(f"storage refuses to send {self.key}: HTTP {answer.status}")
        self._damaged, self.held = True, 0

    def _renew(self, code: str) -> None:
        self._renewals += 1
        if self._renewals > MAX_RENEWALS:
            raise ContentError(f"{self.key}: storage refused {self._renewals} signed URLs ({code})")
        self._expired, self._url = self._url, None

    def _again(self, reason: str, wait: float | None) -> None:
        self._tries += 1
        if self._tries >= self._policy.tries or (wait or 0.0) > self._policy.total:
            tried = f"after {self._tries} tries: {clean(reason)}"
            raise ContentError(f"{self.key} was not read {tried}", "run it again to go on")
        self._pause = self._policy.backoff(self._tries, self._random) if wait is None else wait
