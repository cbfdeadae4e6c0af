"""The digest that was reviewed: it stands in our comment on the pull request that was merged."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.errors import Refused
from reconciler.github.boxes import Comments
from reconciler.github.marker import made_of
from reconciler.github.sticky import ours

if TYPE_CHECKING:
    from reconciler.github.client import GitHub


def approved_digest(github: GitHub, repository: str, commit: str, marker: str, author: str) -> str:
    """The digest in the comment of the pull request whose merge made ``commit``.

    Raises Refused (exit 6) when there is no such pull request, comment or plan.
    """
    pulls = github.all(f"/repos/{repository}/commits/{commit}/pulls")
    merged = [int(pull["number"]) for pull in pulls if pull.get("merge_commit_sha") == commit]
    hint = "apply by hand with the digest of a plan that somebody reviewed"
    if not merged:
        raise Refused(f"no pull request was merged as {commit[:10]}: nobody approved it", hint)
    notes = ours(Comments(github, repository, merged[0]), marker, author)
    digest = made_of(notes[0].text).digest if notes else ""
    if not digest:
        raise Refused(f"pull request #{merged[0]} has no comment with a plan of this project", hint)
    return digest
