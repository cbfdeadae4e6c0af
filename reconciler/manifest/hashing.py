"""Digests of bytes as they pass: crc32c against storage, sha256 where identity must hold."""

from __future__ import annotations

import base64
import hashlib
import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

BLOCK = 1 << 20  # bytes read at a time; smaller ones cost processor time


class Digest:
    """Fed block by block; crc32c always, sha256 and md5 only when asked for (they cost more)."""

    def __init__(self, *, sha256: bool = False, md5: bool = False) -> None:
        import google_crc32c  # only who hashes pays for it

        self._extend = google_crc32c.extend
        self._crc = 0
        self._sha256 = hashlib.sha256() if sha256 else None
        self._md5 = hashlib.md5(usedforsecurity=False) if md5 else None
        self.size = 0

    def update(self, block: bytes) -> None:
        self.size += len(block)
        self._crc = self._extend(self._crc, block)
        if self._sha256:
            self._sha256.update(block)
        if self._md5:
            self._md5.update(block)

    @property
    def crc32c(self) -> str:
        """Castagnoli, big-endian, base64: as ``x-goog-hash`` writes it."""
        return base64.b64encode(self._crc.to_bytes(4, "big")).decode()

    @property
    def sha256(self) -> str | None:
        """Hex, None when it was not asked for."""
        return self._sha256.hexdigest() if self._sha256 else None

    @property
    def md5(self) -> str | None:
        """Base64 as in ``x-goog-hash``, None when it was not asked for."""
        return base64.b64encode(self._md5.digest()).decode() if self._md5 else None


def blocks(handle: int) -> Iterator[bytes]:
    """An open file's bytes from where it stands. Raises OSError."""
    while block := os.read(handle, BLOCK):
        yield block
