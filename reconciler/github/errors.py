"""Why GitHub did not carry out what was asked: one line, which never decides about a plan."""

from __future__ import annotations

from reconciler.errors import ReconcilerError


class GitHubError(ReconcilerError):
    """``status`` is the HTTP status of the last answer, None when there was none; ``lost`` is true
    when a write may have been done unheard."""

    def __init__(
        self,
        message: str,
        *,
        status: int | None = None,
        lost: bool = False,
        hint: str | None = None,
    ) -> None:
        super().__init__(message, hint)
        self.status = status
        self.lost = lost
