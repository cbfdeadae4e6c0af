"""When a failed try is made again: classes, backoff, Retry-After, budgets. Sends nothing itself."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from enum import Enum
from typing import TYPE_CHECKING

from reconciler.api.call import Safety

if TYPE_CHECKING:
    from collections.abc import Callable

    from reconciler.errors import ApiError


class Fault(Enum):
    """What a failed try says about the request."""

    UNSENT = "unsent"  # no byte of it left this machine
    THROTTLED = "throttled"  # 429: refused before anything was done
    BROKEN = "broken"  # sent, and no usable answer: it may have been done
    ANSWERED = "answered"  # an answer that trying again does not change


@dataclass(frozen=True, slots=True)
class Failure:
    """One failed try; ``retry_after`` in seconds, None when the answer named none."""

    fault: Fault
    error: ApiError
    retry_after: float | None = None
    final: bool = False  # e.g. a certificate error: UNSENT, yet never better


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """Full jitter between 0 and ``base`` x 2^n, at most ``cap`` seconds (fault model R5).

    ``tries`` a call, ``connect_tries`` when nothing listens; ``seconds`` is the wall limit of one
    try (the official client's total timeout), ``total`` that of a call with all its tries and
    waits: a Retry-After is kept up to that, however long.
    """

    base: float = 1.0
    cap: float = 64.0
    tries: int = 10
    connect_tries: int = 4
    seconds: float = 60.0
    total: float = 300.0

    def backoff(self, tries: int, random: Callable[[], float]) -> float:
        """Seconds to wait after the n-th failed try; ``random`` gives 0 to 1."""
        return float(random() * min(self.cap, self.base * 2 ** (tries - 1)))


class RetryBudget:
    """Retries of a whole run: a token each, and a token back for every ten answers.

    Without it a platform that is down gets every call of a large plan ten times over.
    """

    def __init__(self, tokens: int = 200) -> None:
        self._most = float(tokens)
        self._tokens = float(tokens)
        self._lock = threading.Lock()

    def take(self) -> bool:
        with self._lock:
            if self._tokens < 1:
                return False
            self._tokens -= 1
            return True

    def refund(self) -> None:
        if self._tokens < self._most:
            with self._lock:
                self._tokens = min(self._most, self._tokens + 0.1)


@dataclass(frozen=True, slots=True)
class Tried:
    """What one call has cost so far: tries, and seconds since the first began."""

    tries: int
    elapsed: float


def delay(
    failure: Failure,
    safety: Safety,
    tried: Tried,
    policy: RetryPolicy,
    random: Callable[[], float],
    throttled_tries: int | None = None,
) -> float | None:
    """Seconds to wait before the next try, None to give up."""
    if failure.final or tried.tries >= _tries(failure, policy, throttled_tries):
        return None
    if failure.fault is Fault.BROKEN and safety is Safety.ONCE:
        return None
    wait = failure.retry_after
    if wait is None:
        wait = policy.backoff(tried.tries, random)
    return wait if tried.elapsed + wait <= policy.total else None


def _tries(failure: Failure, policy: RetryPolicy, throttled_tries: int | None) -> int:
    if failure.fault is Fault.ANSWERED:
        return 0
    if failure.fault is Fault.UNSENT:
        return policy.connect_tries
    if failure.fault is Fault.THROTTLED and failure.retry_after is None and throttled_tries:
        return throttled_tries
    return policy.tries


def retry_after(header: str | None, now: Callable[[], datetime] | None = None) -> float | None:
    """Seconds a Retry-After header asks for; None when absent or not understood.

    Both forms count, seconds and HTTP date; a date in the past means now; a negative number and
    garbage mean nothing (F9). ``now`` is used for a date only, which alone needs this machine's.
    """
    text = (header or "").strip()
    if not text or len(text) > 40:
        return None
    if text.isascii() and text.isdigit():
        return float(text)
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - (now or _utc_now)()).total_seconds())


def _utc_now() -> datetime:
    return datetime.now(UTC)
