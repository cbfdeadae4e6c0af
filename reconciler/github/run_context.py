"""What the runner tells of the run: repository, commit, event, and where the API is."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reconciler.api.secret import Secret
from reconciler.errors import UsageError
from reconciler.github.marker import Made

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class RunContext:
    """``commit`` is what was checked out, ``head`` the head of the pull request (else the same):
    a pull request's run works on a merge commit that nobody made. ``pull`` is 0 outside of one.

    Everything comes from the runner's environment and its event file; no text of the event ever
    passes through a shell.
    """

    api_url: str
    server_url: str
    repository: str
    token: Secret
    event: str
    ref: str
    commit: str
    head: str
    pull: int
    run: int
    attempt: int

    @classmethod
    def of(cls, environ: Mapping[str, str]) -> RunContext:
        """Raises UsageError where something is missing that every runner sets."""
        event = _event(environ)
        pull = event.get("pull_request") or {}
        return cls(
            api_url=environ.get("GITHUB_API_URL") or "https://api.github.com",
            server_url=environ.get("GITHUB_SERVER_URL") or "https://github.com",
            repository=_must(environ, "GITHUB_REPOSITORY"),
            token=Secret(_must(environ, "GITHUB_TOKEN")),
            event=environ.get("GITHUB_EVENT_NAME", ""),
            ref=environ.get("GITHUB_REF", ""),
            commit=_must(environ, "GITHUB_SHA"),
            head=str((pull.get("head") or {}).get("sha") or environ.get("GITHUB_SHA", "")),
            pull=int(pull.get("number") or 0),
            run=int(environ.get("GITHUB_RUN_ID") or 0),
            attempt=int(environ.get("GITHUB_RUN_ATTEMPT") or 0),
        )

    @property
    def url(self) -> str:
        """The page of this run."""
        return f"{self.server_url}/{self.repository}/actions/runs/{self.run}"

    def made(self, digest: str = "") -> Made:
        return Made(self.run, self.attempt, self.head, digest)


def _must(environ: Mapping[str, str], name: str) -> str:
    if not environ.get(name):
        raise UsageError(f"{name} is not set", "this runs as a step of a workflow")
    return environ[name]


def _event(environ: Mapping[str, str]) -> dict[str, Any]:
    path = environ.get("GITHUB_EVENT_PATH")
    if not path:
        return {}
    try:
        document = json.loads(Path(path).read_bytes())
    except (OSError, ValueError):
        raise UsageError("the event file of the run cannot be read") from None
    return document if isinstance(document, dict) else {}
