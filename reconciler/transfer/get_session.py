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

from reconciler.errors import ContentError
from reconciler.transfer.hashing import StoredFacts, stored_facts
from reconciler.transfer.session import Answer, SignedSession

if TYPE_CHECKING:
    from collections.abc import Callable

    from reconciler.api.retry import RetryPolicy
    from reconciler.transfer.hashing import Digest


@dataclass(frozen=True, slots=True)
class Get:
    """Read the file from byte ``start`` to its end."""

    url: str
    start: int


class GetSession(SignedSession[Get]):
    """Reads a file of which ``held`` bytes are on disk when it begins; see SignedSession."""

    def __init__(
        self, key: str, held: int, policy: RetryPolicy, random: Callable[[], float]
    ) -> None:
        super().__init__(key, policy, random)
        self.held = held
        self.total: int | None = None
        self._facts = StoredFacts()
        self._damaged = False

    def began(self, answer: Answer) -> bool:
        """Take the answer's head; True when its body is the file from ``held`` on.

        A 200 is the whole file whatever was asked for: ``held`` is 0 then.
        """
        if answer.status in (200, 206):
            return self._accept(answer)
        if answer.status == 416 and self.held:
            self._anew(answer)
        else:
            self._failed(answer)
        return False

    def _request(self, url: str) -> Get:
        return Get(url, self.held)

    def moved(self, count: int) -> None:
        """So many more bytes are on disk: whatever went wrong before, it goes on."""
        self.held += count
        self._tries = 0

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

    def _anew(self, answer: Answer) -> None:
        """416: nothing follows what is held. Reading it whole again is always right."""
        if self._damaged:
            raise ContentError(f"storage refuses to send {self.key}: HTTP {answer.status}")
        self._damaged, self.held = True, 0
