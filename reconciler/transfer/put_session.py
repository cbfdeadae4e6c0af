"""One file by one signed PUT as a state machine: it decides what is next, and does nothing itself.

ASK URL --url--> PUT --200, hashes agree--> DONE
   ^              |--expired-------------> ASK URL (at most 3 times)
   |              |--5xx, 429, cut-------> WAIT --> PUT (whole file: a PUT replaces it)
   |              `--anything else-------> FAIL
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from reconciler.errors import ContentError
from reconciler.transfer.hashing import StoredFacts, stored_facts
from reconciler.transfer.session import Answer, SignedSession
from reconciler.transfer.signed_url import put_headers

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from reconciler.api.retry import RetryPolicy
    from reconciler.transfer.hashing import Digest


@dataclass(frozen=True, slots=True)
class Put:
    """Send the whole file."""

    url: str
    headers: Mapping[str, str]


class PutSession(SignedSession[Put]):
    """Sends ``size`` bytes under ``key``; see SignedSession."""

    def __init__(
        self, key: str, size: int, policy: RetryPolicy, random: Callable[[], float]
    ) -> None:
        super().__init__(key, policy, random)
        self.size = size

    def answered(self, answer: Answer, sent: Digest) -> None:
        """``sent`` is the digest of what went out, which counts for a 200 only."""
        if answer.status in (200, 201):
            self._accept(stored_facts(answer.headers), sent)
        else:
            self._failed(answer)

    def _request(self, url: str) -> Put:
        return Put(url, put_headers(self.key, url, self.size))

    def _accept(self, stored: StoredFacts, sent: Digest) -> None:
        if sent.size != self.size:
            self.broken(f"storage answered after {sent.size} of {self.size} bytes")
            return
        different = stored.difference(sent)
        if different:
            raise ContentError(f"{self.key} was not stored as it was sent: {different}")
        self._done, self.checked = True, stored.compared(sent)
