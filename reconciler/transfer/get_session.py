"""One range of a file by signed GETs as a state machine: where to go on, and of which object.

ASK URL --> GET from k --206/200--> to the end of the range --> DONE
   ^            |--expired----------------> ASK URL (at most 3 times)
   |            |--cut, 5xx, 429----------> WAIT --> GET from where it stopped
   |            `--another object---------> Stale: whoever holds the other ranges begins anew
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from reconciler.transfer.hashing import StoredFacts, stored_facts
from reconciler.transfer.session import Answer, SignedSession

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from reconciler.api.retry import RetryPolicy


class Stale(Exception):
    """The storage now holds another object than the bytes on disk are of."""


@dataclass(frozen=True, slots=True)
class Get:
    """Read bytes ``start`` to ``stop`` (excluded); None: to the end, without asking for a range."""

    url: str
    start: int
    stop: int | None

    @property
    def headers(self) -> Mapping[str, str]:
        identity = {"Accept-Encoding": "identity"}  # hashes are of the bytes as they are stored
        if self.stop is None:
            return identity
        return identity | {"Range": f"bytes={self.start}-{self.stop - 1}"}


class GetSession(SignedSession[Get]):
    """Reads a range; ``at`` is its next byte, ``stop`` the one after its last; see SignedSession.

    ``known`` are size and hashes of the whole object, None before the first answer. The size may
    stay unknown where the storage tells none.
    """

    def __init__(
        self,
        key: str,
        span: tuple[int, int],
        policy: RetryPolicy,
        random: Callable[[], float],
        known: StoredFacts | None = None,
    ) -> None:
        super().__init__(key, policy, random)
        self.at = span[0]
        self.stop: int | None = span[1]
        self.known = known
        self._plain = False
        self._whole = False
        self._best = span[0]

    def began(self, answer: Answer) -> bool:
        """Take the answer's head; True when its body are the bytes from ``at`` on.

        A 200 is the whole file whatever was asked for. Raises Stale, ContentError.
        """
        if answer.status == 206:
            return self._accept_range(answer)
        if answer.status == 200:
            return self._accept_whole(answer)
        if answer.status != 416:
            self._failed(answer)
        elif self.known is None and not self._plain:
            self._plain = True  # an empty file has no first byte: only the whole can be asked for
        else:
            raise Stale
        return False

    def moved(self, count: int) -> None:
        """So many more bytes are on disk: whatever went wrong before, it goes on."""
        self.at += count
        if self.at > self._best:
            self._best, self._tries = self.at, 0

    def ended(self) -> None:
        """The answer's body ended."""
        if self.stop is None or self.at >= self.stop:
            self._done = True
        else:
            self._again(f"it was cut after {self.at} bytes of {self.stop}", None)

    @property
    def left(self) -> int | None:
        """Bytes of the range still to come, None where nobody knows."""
        return None if self.stop is None else self.stop - self.at

    def _request(self, url: str) -> Get:
        return Get(url, self.at, None if self._plain or self._whole else self.stop)

    def _accept_range(self, answer: Answer) -> bool:
        span = re.fullmatch(r"bytes (\d+)-\d+/(\d+)", answer.headers.get("content-range", ""))
        if span is None or int(span[1]) != self.at:
            self._again("storage answered another range than was asked for", None)
            return False
        total = int(span[2])
        self._recognise(replace(stored_facts(answer.headers), size=total))
        self.stop = total if self.stop is None else min(self.stop, total)
        return True

    def _accept_whole(self, answer: Answer) -> bool:
        """A storage that knows no ranges: the whole file comes in this one, from its start."""
        length = answer.headers.get("content-length", "")
        total = int(length) if length.isascii() and length.isdigit() else None
        if self.known is not None and not self._whole:
            self._again("storage sent the whole file instead of a range", None)
            return False
        self._recognise(replace(stored_facts(answer.headers), size=total))
        self.at, self.stop, self._whole = 0, total, True
        return True

    def _recognise(self, facts: StoredFacts) -> None:
        if self.known is not None and facts != self.known:
            raise Stale
        self.known = facts
