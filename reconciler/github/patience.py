"""How long to try at GitHub: not long, for a comment is worth less than the run that waits."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import httpx

from reconciler.api.retry import retry_after
from reconciler.github.errors import GitHubError

if TYPE_CHECKING:
    from collections.abc import Callable

    from reconciler.api.clock import Clock

UNSENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds of one try, of a call with all its tries and waits, and how many tries."""

    seconds: float = 20.0
    total: float = 90.0
    tries: int = 4


class Tries:
    """The tries of one call. ``repeatable``: it may be sent again though it may have been done."""

    def __init__(
        self,
        patience: Patience,
        clock: Clock,
        jitter: Callable[[], float],
        *,
        repeatable: bool,
    ) -> None:
        self._patience, self._clock, self._jitter = patience, clock, jitter
        self._repeatable = repeatable
        self._end = clock.now() + patience.total
        self._tries = 0

    def seconds(self) -> float:
        """How long the next try may take."""
        return max(1.0, min(self._patience.seconds, self._end - self._clock.now()))

    def unheard(self, error: httpx.HTTPError, text: str) -> None:
        """Wait when it may be sent again. Raises GitHubError when not."""
        unsent = isinstance(error, UNSENT)
        self._again(GitHubError(text, lost=not unsent), self._repeatable or unsent, None)

    def refused(self, answer: httpx.Response, text: str) -> None:
        """The same for an answer that is an error: a limit did nothing, a 5xx says nothing."""
        status = answer.status_code
        limited = is_limit(answer)
        broken = status >= 500
        hint = "the token may not do this; one of a fork's pull request may only read"
        error = GitHubError(
            text,
            status=status,
            lost=broken and not self._repeatable,
            hint=hint if status in (401, 403, 404) and not limited else None,
        )
        self._again(error, limited or (broken and self._repeatable), _wait(answer))

    def _again(self, error: GitHubError, worth_it: bool, wait: float | None) -> None:
        self._tries += 1
        pause = self._jitter() * 2**self._tries if wait is None else wait
        late = self._clock.now() + pause > self._end
        if not worth_it or self._tries >= self._patience.tries or late:
            raise error
        self._clock.sleep(pause)


def is_limit(answer: httpx.Response) -> bool:
    """A rate limit, the primary or a secondary one: 429, or 403 that says when or that none is
    left (docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api)."""
    headers = answer.headers
    spent = "retry-after" in headers or headers.get("x-ratelimit-remaining") == "0"
    return answer.status_code == 429 or (answer.status_code == 403 and spent)


def _wait(answer: httpx.Response) -> float | None:
    """Seconds that the answer asks for; the reset is in seconds of this machine's epoch."""
    named = retry_after(answer.headers.get("retry-after"))
    reset = answer.headers.get("x-ratelimit-reset", "")
    if named is not None or not is_limit(answer) or not reset.isdigit():
        return named
    return max(0.0, int(reset) - time.time())
