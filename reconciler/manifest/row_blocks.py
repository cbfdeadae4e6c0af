"""A dataset's bytes as blocks of whole rows: a question costs less of many than of each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import io
    from collections.abc import Iterator, Sequence

    from reconciler.manifest.hashing import Digest

BLOCK = 128 * 1024  # bytes read at a time: they and their objects fit in a processor's cache
MAX_ROW_BYTES = 64 * 1024 * 1024  # with its line end


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows that follow each other, ``first`` the number of the first of them (from 1): the bytes
    and the object of each, and the roles of its messages where it is a plain chat, else None.
    ``images``: whether one of them may hold an image."""

    first: int
    lines: Sequence[bytes]
    objects: Sequence[dict[str, Any]]
    roles: Sequence[tuple[str, ...] | None]
    images: bool


class RowBlocks:
    """An open file from where it stands; ``digest`` sees every byte that is read."""

    def __init__(self, raw: io.FileIO, digest: Digest | None) -> None:
        self._raw = raw
        self._digest = digest

    def __iter__(self) -> Iterator[bytes]:
        """Blocks that end where a row ends. Only the last may have no line end, and of a row that
        is too long only the beginning comes. Raises ``OSError``."""
        rest: list[bytes] = []
        waiting = 0
        while block := self._read():
            end = block.rfind(b"\n") + 1
            if end:
                yield b"".join((*rest, block[:end]))
                rest, waiting = [], 0
            rest.append(block[end:])
            waiting += len(block) - end
            if waiting > MAX_ROW_BYTES:
                break
        if waiting:
            yield b"".join(rest)

    def drain(self) -> None:
        """Read on for the digest's sake. Raises ``OSError``."""
        while self._read():
            pass

    def _read(self) -> bytes:
        block = self._raw.read(BLOCK) or b""
        if self._digest:
            self._digest.update(block)
        return block
