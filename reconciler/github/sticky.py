"""One text per marker: found again, written in place, and one only when two runs write at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from reconciler.github.errors import GitHubError
from reconciler.github.marker import made_of, marker_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from reconciler.github.marker import Made


@dataclass(frozen=True, slots=True)
class Note:
    """A comment or an issue with its author's login."""

    number: int
    author: str
    text: str


class Box(Protocol):
    """Where notes are: the comments of a pull request, or the issues of a repository."""

    def notes(self) -> Iterable[Note]: ...
    def create(self, text: str) -> Note: ...
    def update(self, note: Note, text: str) -> None: ...
    def remove(self, note: Note) -> None: ...


def ours(box: Box, marker: str, author: str) -> list[Note]:
    """Our notes, oldest first. The marker alone is no proof: anybody can write it."""
    found = (note for note in box.notes() if marker_of(note.text) == marker)
    return sorted((note for note in found if note.author == author), key=lambda note: note.number)


def put(box: Box, author: str, text: str) -> Note | None:
    """Write ``text``, which is signed, into its one note. None when a later run has written there
    already. Raises GitHubError."""
    marker, made = marker_of(text), made_of(text)
    if not ours(box, marker, author):
        _create(box, marker, author, text)
    return _settle(box, author, text, made)


def _create(box: Box, marker: str, author: str, text: str) -> None:
    """Once: an answer that was lost is looked for before it is sent again. What another than
    ``author`` would have written is taken back: no later run would find it, and each would add one.
    """
    try:
        made = box.create(text)
    except GitHubError as error:
        if not error.lost:
            raise
        if ours(box, marker, author):
            return
        made = box.create(text)
    if made.author != author:
        box.remove(made)
        said = f"the token writes as {made.author}, and what {author} wrote is looked for"
        raise GitHubError(said, hint=f"set the input author to {made.author}")


def _settle(box: Box, author: str, text: str, made: Made) -> Note | None:
    """The oldest note stays: every run that comes here takes the same one, and the others go."""
    notes = ours(box, marker_of(text), author)
    if not notes:
        raise GitHubError("GitHub does not list what it was given to write")
    first, *others = notes
    newest = max((made_of(note.text) for note in notes), key=lambda each: (each.run, each.attempt))
    stale = not made.follows(newest)
    if not stale and first.text != text:
        box.update(first, text)
    for other in others:
        if stale and made_of(other.text) == newest:
            continue  # its own run, which is later, moves it
        box.remove(other)
    return None if stale else first
