"""A small dataset as one multipart body, streamed from disk with an exact length."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from reconciler.transfer.proof import disproved, proof_of
from reconciler.transfer.source import changed, open_planned

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from reconciler.manifest.file_set import LocalFile

BOUNDARY = "reconciler-6f1c0b9e2d7a4385"  # never on a line of its own in a JSONL file


@dataclass(frozen=True, slots=True)
class Multipart:
    """``POST :upload``: one part named ``file`` (fact sheet 4.4).

    ``moved`` is called with the bytes of the file sent so far, after every block.
    """

    file: LocalFile
    moved: Callable[[int], None]

    @property
    def headers(self) -> dict[str, str]:
        length = len(self._head) + self.file.size + len(self._tail)
        return {
            "Content-Type": f"multipart/form-data; boundary={BOUNDARY}",
            "Content-Length": str(length),
        }

    def body(self) -> Iterator[bytes]:
        """The whole body, made anew for every try. Raises ContentError when the file changed."""
        digest = proof_of(self.file)
        with open_planned(self.file) as opened:
            yield self._head
            for block in opened.blocks():
                digest.update(block)
                yield block
                self.moved(digest.size)
            opened.check()
        why = disproved(self.file, digest)
        if why is not None:
            raise changed(self.file, why)
        yield self._tail  # without it the platform cannot take the body for whole

    @property
    def _head(self) -> bytes:
        name = self.file.key.rpartition("/")[2].replace("\\", "_").replace('"', "_")
        return (
            f"--{BOUNDARY}\r\n"
            f'Content-Disposition: form-data; name="file"; filename="{name}"\r\n'
            "Content-Type: application/jsonl\r\n\r\n"
        ).encode()

    @property
    def _tail(self) -> bytes:
        return f"\r\n--{BOUNDARY}--\r\n".encode()
