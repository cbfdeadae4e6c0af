"""Files that stand for others: Git LFS pointers; git-annex ones are known, to be refused."""

from __future__ import annotations

import re
from dataclasses import dataclass

LONGEST = 1024  # a Git LFS pointer is shorter (its specification)
_LFS = re.compile(
    rb"version https://git-lfs\.github\.com/spec/v1\n(?:[a-z0-9.-]+ [^\n]*\n)*?"
    rb"oid sha256:([0-9a-f]{64})\nsize ([0-9]{1,18})\n"
)
_ANNEX = b"/annex/objects/"


@dataclass(frozen=True, slots=True)
class Pointer:
    """What a Git LFS pointer says of its file: sha256 in hex, size in bytes."""

    sha256: str
    size: int


def lfs_pointer(start: bytes) -> Pointer | None:
    """The pointer that a small file's bytes are, if they are one."""
    found = _LFS.match(start)
    return Pointer(found[1].decode(), int(found[2])) if found else None


def is_annexed(start: bytes) -> bool:
    """Whether the bytes are a git-annex pointer, whose file is elsewhere."""
    return start.startswith(_ANNEX)
