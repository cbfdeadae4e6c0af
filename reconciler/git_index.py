"""What git's index, attributes and settings say of the files of a checkout, one call each."""

from __future__ import annotations

import os
from itertools import takewhile
from typing import TYPE_CHECKING

from reconciler.git.command import git

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

ENCODING = "working-tree-encoding"
ATTRIBUTES = ("filter", "text", "crlf", "eol", "ident", ENCODING)
UNKNOWN = {"filter.unknown.clean": ""}
"""Settings of which nobody knows what they are."""


def index_written(root: Path) -> int | None:
    """When the index was written last, in nanoseconds; None outside a checkout."""
    name = (git(root, "rev-parse", "--git-path", "index") or "").removesuffix("\n")
    try:
        return os.stat(os.path.join(root, name)).st_mtime_ns if name else None
    except OSError:
        return None


def index_listing(root: Path) -> str:
    """The index below ``root`` with what it keeps of ``stat``, in git's own words."""
    return git(root, "ls-files", "-z", "--stage", "--debug") or ""


def attributes(root: Path, paths: Iterable[str]) -> Iterator[tuple[str, Mapping[str, str]]]:
    """Each path with the values of ``ATTRIBUTES``."""
    given = "".join(f"{path}\0" for path in paths)
    told = git(root, "check-attr", "-z", "--stdin", *ATTRIBUTES, stdin=given) or ""
    words, width = told.split("\0"), 3 * len(ATTRIBUTES)
    for start in range(0, len(words) - width + 1, width):
        row = words[start : start + width]
        yield row[0], dict(zip(row[1::3], row[2::3], strict=True))


def settings(root: Path, pattern: str) -> Mapping[str, str]:
    """The settings whose names match; ``UNKNOWN`` when git does not answer."""
    # One of ours is always found: to find none is exit code 1, like a failure.
    either = f"({pattern})|^reconciler\\.asked$"
    told = git(root, "-c", "reconciler.asked=1", "config", "-z", "--get-regexp", either)
    if told is None:
        return UNKNOWN
    pairs = (each.partition("\n") for each in told.split("\0") if each)
    return {name: value for name, _, value in pairs}


def small_blobs(root: Path, oids: Iterable[str], longest: int) -> Iterator[str]:
    """The text of each object, up to the first that is longer than ``longest`` bytes.

    None of them where one is not ASCII: lengths are in bytes, and one blob must not pass for two.
    """
    asked = [f"{oid}\n" for oid in oids]
    sizes = git(root, "cat-file", "--batch-check=%(objectsize)", stdin="".join(asked)) or ""
    # Weights that were committed without Git LFS are not to be read for a look at 1 KiB.
    pairs = takewhile(
        lambda pair: _at_most(pair[1], longest), zip(asked, sizes.split(), strict=False)
    )
    told = git(root, "cat-file", "--batch", "--buffer", stdin="".join(a for a, _ in pairs)) or ""
    while told.isascii() and told:
        head, _, told = told.partition("\n")
        length = head.rpartition(" ")[2]
        if not _at_most(length, longest):
            return
        yield told[: int(length)]
        told = told[int(length) + 1 :]


def _at_most(length: str, longest: int) -> bool:
    return length.isdecimal() and int(length) <= longest
