"""The objects of a git repository, read through one ``git cat-file --batch`` process."""

from __future__ import annotations

import subprocess
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self, cast

from reconciler.errors import ReconcilerError
from reconciler.git.command import BLOCK, git_process

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from io import BufferedReader, BufferedWriter
    from pathlib import Path

AT_ONCE = 256  # ids: far below what a pipe takes while nobody reads
FILE, LINK, FOLDER, SUBMODULE = 0o100000, 0o120000, 0o040000, 0o160000
TYPE = 0o170000


@dataclass(frozen=True, slots=True)
class TreeEntry:
    """One name of a tree: the type bits of its mode, and the object's id in hex."""

    type: int
    oid: str

    @property
    def is_folder(self) -> bool:
        """A submodule is one too: an empty one, as in a checkout without it."""
        return self.type in (FOLDER, SUBMODULE)


class GitObjects:
    """Blobs and trees by their ids; trees are kept. The process starts with the first question and
    ends with the ``with`` block. Every method raises ReconcilerError for an object that is not
    there, as in a shallow or partial clone, and when git itself fails."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._process: subprocess.Popen[bytes] | None = None
        self._trees: dict[str, Mapping[str, TreeEntry]] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._process is not None:
            self._process.kill()
            with self._process, suppress(OSError):  # what it had still to say
                pass

    def tree(self, oid: str) -> Mapping[str, TreeEntry]:
        """The entries of a tree by their names."""
        found = self._trees.get(oid)
        if found is None:
            found = self._trees[oid] = dict(_entries(self.blob(oid), len(oid) // 2))
        return found

    def blob(self, oid: str) -> bytes:
        """All bytes of an object."""
        return b"".join(self.blocks(oid))

    def blobs(self, oids: Sequence[str]) -> Iterator[tuple[str, bytes]]:
        """Each id with all bytes of its object, many questions before the first answer: to be taken
        to its end before any other question."""
        for at in range(0, len(oids), AT_ONCE):
            bunch = oids[at : at + AT_ONCE]
            stream = self._ask(*bunch)
            for oid in bunch:
                yield oid, b"".join(self._answer(stream, oid))

    def blocks(self, oid: str) -> Iterator[bytes]:
        """An object block by block: to be taken to its end before the next question."""
        return self._answer(self._ask(oid), oid)

    def _answer(self, stream: BufferedReader, oid: str) -> Iterator[bytes]:
        left = self._header(stream, oid)
        while left:
            block = stream.read(min(left, BLOCK))
            if not block:
                raise _failed(oid)
            left -= len(block)
            yield block
        stream.read(1)  # the line end after every object

    def _ask(self, *oids: str) -> BufferedReader:
        if self._process is None:
            self._process = self._started()
        try:
            writer = cast("BufferedWriter", self._process.stdin)
            writer.write("".join(f"{oid}\n" for oid in oids).encode())
            writer.flush()
        except OSError:
            raise _failed(oids[0]) from None
        return cast("BufferedReader", self._process.stdout)

    def _started(self) -> subprocess.Popen[bytes]:
        try:
            return git_process(self._root, "cat-file", "--batch", stdin=subprocess.PIPE)
        except OSError:
            raise ReconcilerError("git cannot be started", "install git") from None

    def _header(self, stream: BufferedReader, oid: str) -> int:
        """The size in bytes of what follows."""
        words = stream.readline().split()
        if len(words) != 3 or not words[2].isdigit():
            raise _failed(oid)
        return int(words[2])


def _failed(oid: str) -> ReconcilerError:
    return ReconcilerError(f"git cannot read the object {oid[:12]}", "git fetch --unshallow")


def _entries(raw: bytes, size: int) -> Iterator[tuple[str, TreeEntry]]:
    """A tree as git stores it: mode, space, name, NUL, the id in ``size`` bytes, over and over."""
    at = 0
    while at < len(raw):
        space, end = raw.index(b" ", at), raw.index(b"\0", at)
        name = raw[space + 1 : end].decode("utf-8", "surrogateescape")
        oid = raw[end + 1 : end + 1 + size].hex()
        yield name, TreeEntry(int(raw[at:space], 8) & TYPE, oid)
        at = end + 1 + size
