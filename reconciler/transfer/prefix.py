"""The digest of a file's first bytes, as far as the storage has them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.transfer.proof import disproved, proof_of
from reconciler.transfer.source import changed

if TYPE_CHECKING:
    from collections.abc import Callable

    from reconciler.transfer.hashing import Digest
    from reconciler.transfer.source import OpenFile


class HashedPrefix:
    """Follows the bytes on their way out; where the storage goes on elsewhere, it reads the disk.

    What an earlier run sent is hashed again too: only so can the whole be compared.
    """

    def __init__(self, opened: OpenFile, require_going: Callable[[], None]) -> None:
        self._opened = opened
        self._require_going = require_going
        self.refused = False  # the file turned out not to be what was planned
        self.digest = self._nothing()
        self._mark = self.digest.copy()

    def add(self, block: bytes) -> None:
        """The next block, before it is sent; the last one of a file shows whether it may be.

        Raises ContentError when the file is not what was planned: the storage never gets the last
        byte of such a file, and so never has it whole.
        """
        self.digest.update(block)
        if self.digest.size == self._opened.file.size:
            self.require_planned()

    def bring_to(self, offset: int) -> Digest:
        """The digest of exactly the first ``offset`` bytes."""
        if self.digest.size > offset:
            self.digest = self._mark if self._mark.size <= offset else self._nothing()
        for block in self._opened.blocks(self.digest.size, offset):
            self._require_going()
            self.digest.update(block)
        self._mark = self.digest.copy()
        return self.digest

    def require_planned(self) -> None:
        """Raise ContentError when the file or its digest is not what was planned.

        Size and dates say nothing of what was rewritten and dated back, so the digest does.
        """
        file, self.refused = self._opened.file, True
        self._opened.check()
        why = disproved(file, self.digest)
        if why is not None:
            raise changed(file, why)
        self.refused = False

    def _nothing(self) -> Digest:
        return proof_of(self._opened.file)
