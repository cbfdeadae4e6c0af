"""Every error we raise; each knows its exit code.

ReconcilerError                   1   API, network or unexpected failure before the first write
|-- UsageError                   64   the command line is wrong
|-- InvalidInput                  3   manifests, data files or the project file are invalid
|-- Refused                       6   a guard said no: protection, limits, account, consent
|-- StalePlan                     5   a saved plan is stale or altered
|-- ApplyFailed                   4   failed after the first write was sent
|-- Unfinished                    7   applied, but something it started still runs
|-- Interrupted            130, 143   SIGINT, SIGTERM
|-- ContentError                  1   local bytes are not what was planned, or storage refused them
`-- ApiError                      1   the platform answered, and the answer is an error
    |-- Unauthenticated / PermissionDenied
    |-- NotFound
    |-- AlreadyExists                 409: an answer, not a failure
    |-- FailedPrecondition            400 / code 9
    |-- InvalidArgument               400 / code 3 and whatever else will not get better
    |-- RateLimited                   429 after all retries
    |-- Unavailable                   no usable answer after all retries; nothing was committed
    `-- AnswerLost                    a write may have been committed, its answer did not arrive
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reconciler.diagnostic import Diagnostic


class ReconcilerError(Exception):
    """Anything the user is told in one line; ``hint`` is the one thing that helps."""

    exit_code = 1

    def __init__(self, message: str, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class UsageError(ReconcilerError):
    exit_code = 64


class InvalidInput(ReconcilerError):
    """Carries every problem of every file, sorted."""

    exit_code = 3

    def __init__(self, diagnostics: Sequence[Diagnostic]) -> None:
        super().__init__(f"{len(diagnostics)} problems")
        self.diagnostics = tuple(diagnostics)


class Refused(ReconcilerError):
    exit_code = 6


class StalePlan(ReconcilerError):
    exit_code = 5


class ApplyFailed(ReconcilerError):
    exit_code = 4


class Unfinished(ReconcilerError):
    exit_code = 7


class Interrupted(ReconcilerError):
    """A signal asked us to stop; ``exit_code`` is 128 + its number."""

    def __init__(self, signal_number: int) -> None:
        super().__init__("interrupted")
        self.exit_code = 128 + signal_number


class ContentError(ReconcilerError):
    """Bytes did not go as planned: a file changed, vanished, or storage refused it."""


class ApiError(ReconcilerError):
    """An answer of the platform that is an error.

    ``message`` is the server's text, shortened and redacted; ``status`` the HTTP status;
    ``code`` the gRPC code of the body (None when the body had none); ``method`` and
    ``path`` (a template, no query) name the call; ``attempts`` how often it was sent.
    """

    def __init__(
        self,
        message: str,
        *,
        status: int | None = None,
        code: int | None = None,
        method: str = "",
        path: str = "",
        attempts: int = 1,
        hint: str | None = None,
    ) -> None:
        super().__init__(message, hint)
        self.status = status
        self.code = code
        self.method = method
        self.path = path
        self.attempts = attempts

    @property
    def call(self) -> str:
        """What was asked, what came back and how often: ``GET /v1/... -> 503 (attempts: 4)``."""
        answer = "no answer" if self.status is None else self.status
        return f"{self.method} {self.path} -> {answer} (attempts: {self.attempts})"


class Unauthenticated(ApiError):
    pass


class PermissionDenied(ApiError):
    pass


class NotFound(ApiError):
    pass


class AlreadyExists(ApiError):
    pass


class FailedPrecondition(ApiError):
    pass


class InvalidArgument(ApiError):
    pass


class RateLimited(ApiError):
    pass


class Unavailable(ApiError):
    pass


class AnswerLost(ApiError):
    pass
