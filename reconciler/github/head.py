"""Whether a commit is still the head of its branch: an older one would take things back (F63)."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from reconciler.errors import StalePlan
from reconciler.github.errors import GitHubError

if TYPE_CHECKING:
    from reconciler.github.client import GitHub

BRANCH = "refs/heads/"


def require_head(github: GitHub, repository: str, ref: str, commit: str) -> None:
    """Raise StalePlan (exit 5) when the branch has moved on, GitHubError when nobody can say: an
    apply that may be of an old commit does not go on. A tag or a pull request does not move."""
    if not ref.startswith(BRANCH):
        return
    path = f"/repos/{repository}/git/ref/heads/{quote(ref.removeprefix(BRANCH), safe='/')}"
    answer = github.get(path)
    try:
        head = str(answer["object"]["sha"])
    except (KeyError, TypeError):
        raise GitHubError("GitHub did not say which commit is the head of the branch") from None
    if head != commit:
        branch = ref.removeprefix(BRANCH)
        raise StalePlan(
            f"commit {commit[:10]} is not the head of {branch} any more, {head[:10]} is",
            "nothing was applied; the run of the newer commit applies both",
        )
