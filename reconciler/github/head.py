"""Whether a commit is still the head of its branch: an older one would take things back (F63)."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from reconciler.errors import Refused, StalePlan
from reconciler.github.errors import GitHubError

if TYPE_CHECKING:
    from reconciler.github.client import GitHub
    from reconciler.github.run_context import RunContext

BRANCH, TAG = "refs/heads/", "refs/tags/"
QUEUE = "refs/heads/gh-readonly-queue/"
"""GitHub's branches of what waits in a merge queue: tried before it is merged, if it ever is."""


def require_head(github: GitHub, run: RunContext, commit: str) -> None:
    """Let an apply of ``commit``, which is checked out, go on or not.

    Of a branch only its head: StalePlan (exit 5) when it has moved on, GitHubError when nobody can
    say. Of a tag only the commit that it named when the run began: whoever starts a run of a tag
    names a version. Nothing else is a version that somebody chose: Refused (exit 6)."""
    if run.ref.startswith(TAG):
        _require(commit, run.commit, f"the commit of {run.ref.removeprefix(TAG)}")
        return
    if not run.ref.startswith(BRANCH) or run.ref.startswith(QUEUE):
        of = f"of {run.ref}" if run.ref else "without a branch or tag"
        raise Refused(
            f"an apply {of} is refused: what is applied is the head of a branch, or a tag",
            "run it on push, on a schedule or by hand",
        )
    branch = run.ref.removeprefix(BRANCH)
    answer = github.get(f"/repos/{run.repository}/git/ref/heads/{quote(branch, safe='/')}")
    try:
        head = str(answer["object"]["sha"])
    except (KeyError, TypeError):
        raise GitHubError("GitHub did not say which commit is the head of the branch") from None
    _require(commit, head, f"the head of {branch}")


def _require(commit: str, wanted: str, what: str) -> None:
    if commit != wanted:
        raise StalePlan(
            f"commit {commit[:10]} is not {what}, {wanted[:10]} is",
            "nothing was applied; a run of that commit applies what it says",
        )
