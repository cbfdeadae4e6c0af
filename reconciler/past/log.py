"""What commits changed below a project's root, as ``git log`` tells it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from reconciler.git.command import fields_of, git
from reconciler.past.objects import FILE, LINK, TYPE

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from reconciler.past.history import History

_COMMIT = "\x01"
# Whatever the user's settings say: every merge is compared with each of its parents, so that what
# was changed while merging is seen too, and no commit is left out as telling nothing new.
_SETTINGS = ("-c", "log.showRoot=true", "-c", "log.diffMerges=separate", "-c", "log.follow=false")
_UNSIGNED = "--no-show-signature"  # what is said of signatures stands among the fields else
_WHOLE = ("-m", "--full-history", "--sparse")
_RAW = ("--raw", "--no-abbrev", "--no-renames", "--no-relative", "--no-color", "-z")


@dataclass(frozen=True, slots=True)
class Changed:
    """One path, from the top of the checkout, that a commit changed against one of its
    ``parents``; ``before`` and ``after`` are the blobs of files, "" where there was none. ``link``
    is the blob of the link that stood or stands there, else ""."""

    parents: tuple[str, ...]
    path: str
    before: str
    after: str
    link: str = ""


def changes(root: Path, revisions: Sequence[str]) -> Iterator[Changed]:
    """Every change below ``root`` in the commits of ``revisions``, in no certain order.

    A commit without a parent, as at the end of a shallow clone, has made all that it holds.
    Raises ReconcilerError: git cannot tell.
    """
    told = fields_of(
        root,
        *_SETTINGS,
        "log",
        _UNSIGNED,
        *_WHOLE,
        *_RAW,
        f"--format={_COMMIT}%P",
        *revisions,
        "--",
        ".",
    )
    parents: tuple[str, ...] = ()
    for field in told:
        if field.startswith(_COMMIT):
            parents = tuple(field[1:].split())
        elif field:
            yield _changed(parents, field.strip("\n").split(" "), next(told))


def _changed(parents: tuple[str, ...], raw: list[str], path: str) -> Changed:
    """``raw`` is ``:mode mode id id status``, before and after. Submodules are no files."""
    sides = ((int(raw[0][1:], 8), raw[2]), (int(raw[1], 8), raw[3]))
    before, after = (oid if mode & TYPE == FILE else "" for mode, oid in sides)
    return Changed(parents, path, before, after, next((o for m, o in sides if m == LINK), ""))


def newest_first(root: Path, revisions: Sequence[str]) -> Iterator[tuple[str, str]]:
    """(commit, tree) of all commits of ``revisions``, children before their parents.

    Raises ReconcilerError: git cannot tell.
    """
    told = fields_of(
        root, "log", _UNSIGNED, "-z", "--date-order", "--format=%H %T", *revisions, "--"
    )
    for field in told:
        commit, _, tree = field.partition(" ")
        if tree:
            yield commit, tree


def has_other_line(history: History) -> bool:
    """Whether the history has commits that do not come after the last one it is ``without``."""
    commit = history.without[-1]
    rest = git(history.root, "rev-list", *history.revisions)
    after = git(history.root, "rev-list", "--ancestry-path", history.head, f"^{commit}")
    return rest is None or after is None or not set(rest.split()) <= set(after.split())
