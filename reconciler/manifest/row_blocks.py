"""A dataset's bytes as blocks of whole rows: a question costs less of many than of each."""

from __future__ import annotations

from dataclasses import dataclass
from operator import itemgetter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import io
    from collections.abc import Iterator, Sequence

    from reconciler.manifest.hashing import Digest

BLOCK = 128 * 1024  # bytes read at a time: they and their objects fit in a processor's cache
MAX_ROW_BYTES = 64 * 1024 * 1024  # with its line end


Row = dict[str, Any]
Talk = list[dict[str, Any]]
"""The messages of one row, in their order."""

CHAT, PREFERENCE, SAMPLES = "chat", "preference", "samples"
COMPLETION, TEMPLATE = "completion", "template"
_ROLE, _LAST = itemgetter("role"), itemgetter(-1)


@dataclass(frozen=True, slots=True)
class Columns:
    """Rows of one ``form``, with nothing wrong in their messages. ``keys`` stand at the top of any
    of them; ``fields`` in any of their messages besides ``role``, ``content`` only where it has
    parts. ``roles`` are those of all messages. ``plain``: rows have what their form needs, all of
    it text, and nothing else. A row without messages has an empty talk."""

    form: str
    keys: frozenset[str]
    talks: Sequence[Talk]
    roles: Sequence[str] = ()
    fields: frozenset[str] = frozenset()
    plain: bool = False

    @property
    def trained(self) -> bool:
        """Whether surely no chat is without an answer that is trained on: it ends with one, and
        none has a weight (fine-tuning docs)."""
        if self.form != CHAT:
            return True
        last = map(_ROLE, map(_LAST, self.talks))
        return "weight" not in self.fields and {"assistant"} == set(last)

    @property
    def toolless(self) -> bool:
        """Whether surely none of them offers tools."""
        return self.plain or not {"tools", "input"} & self.keys

    @property
    def paired(self) -> bool:
        """Whether each row is a question with two answers."""
        return self.form == PREFERENCE


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows that follow each other, ``first`` the number of the first of them (from 1): the bytes
    and the object of each, and what their columns prove of all of them, if anything. ``sizes`` are
    bytes of each without images, ``images`` the bytes of base64 of each image in any of them."""

    first: int
    lines: Sequence[bytes]
    objects: Sequence[Row]
    columns: Columns | None
    sizes: Sequence[int]
    images: Sequence[int]


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
