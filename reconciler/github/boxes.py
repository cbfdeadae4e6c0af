"""Where GitHub keeps our notes: comments of a pull request, issues of a repository."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reconciler.github.errors import GitHubError
from reconciler.github.sticky import Note

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reconciler.github.client import GitHub

LONGEST = 65_536  # characters of a comment or an issue; GitHub answers 422 to more


class Comments:
    """The comments of one pull request of ``repository`` (``owner/name``)."""

    def __init__(self, github: GitHub, repository: str, pull: int) -> None:
        self._github, self._repository = github, f"/repos/{repository}"
        self._list = f"{self._repository}/issues/{pull}/comments"

    def notes(self) -> Iterator[Note]:
        return (_note(item, "id") for item in self._github.all(self._list))

    def create(self, text: str) -> Note:
        return _note(self._github.post(self._list, body=fitted(text)), "id")

    def update(self, note: Note, text: str) -> None:
        self._github.patch(self._one(note), body=fitted(text))

    def remove(self, note: Note) -> None:
        self._github.delete(self._one(note))

    def _one(self, note: Note) -> str:
        return f"{self._repository}/issues/comments/{note.number}"


class Issues:
    """The open issues of one repository that ``author`` opened, under ``title`` when made here."""

    def __init__(self, github: GitHub, repository: str, title: str, author: str) -> None:
        self._github, self._list = github, f"/repos/{repository}/issues"
        self._title, self._author = title, author

    def notes(self) -> Iterator[Note]:
        found = self._github.all(self._list, state="open", creator=self._author)
        return (_note(item, "number") for item in found if "pull_request" not in item)

    def create(self, text: str) -> Note:
        body = {"title": self._title, "body": fitted(text)}
        return _note(self._github.post(self._list, **body), "number")

    def update(self, note: Note, text: str) -> None:
        self._github.patch(self._one(note), title=self._title, body=fitted(text))

    def remove(self, note: Note) -> None:
        self._github.patch(self._one(note), state="closed", state_reason="not_planned")

    def close(self, note: Note, words: str) -> None:
        """Closed as done, with a last word."""
        self._github.post(f"{self._one(note)}/comments", body=words)
        self._github.patch(self._one(note), state="closed", state_reason="completed")

    def _one(self, note: Note) -> str:
        return f"{self._list}/{note.number}"


def fitted(text: str) -> str:
    """At most what GitHub takes, cut at a line; the plan keeps below it by itself."""
    if len(text) <= LONGEST:
        return text
    end = "\n\n… cut here: the whole text stands in the log of the run\n"
    kept = text[: LONGEST - len(end)]
    return kept[: kept.rfind("\n")] + end


def _note(item: Any, key: str) -> Note:
    try:
        author = str(item["user"]["login"]) if item["user"] else ""  # who has left GitHub is null
        return Note(int(item[key]), author, str(item["body"] or ""))
    except (KeyError, TypeError, ValueError):
        raise GitHubError(
            "GitHub answered with something that is not a comment or an issue"
        ) from None
