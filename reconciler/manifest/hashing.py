"""Digests of bytes as they pass: crc32c against storage, sha256 where identity must hold."""

from __future__ import annotations

import base64
import hashlib
import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

BLOCK = 1 << 20  # bytes read at a time; smaller ones cost processor time
_GIT, _LFS = "git:", "lfs:"
SHA1_HEX = 40  # of an object's id; newer repositories have sha256


class Digest:
    """Fed block by block; crc32c always, sha256 and md5 only when asked for (they cost more).

    ``claim``: what git says that these ``claimed_size`` bytes are, ``git:`` and a blob's id or
    ``lfs:`` and a sha256; "" when nothing is to be proved.
    """

    def __init__(
        self, *, sha256: bool = False, md5: bool = False, claim: str = "", claimed_size: int = 0
    ) -> None:
        import google_crc32c  # only who hashes pays for it

        self._extend = google_crc32c.extend
        self._crc = 0
        self._sha256 = hashlib.sha256() if sha256 or claim.startswith(_LFS) else None
        self.claim = claim
        self._blob = _blob_hash(claim, claimed_size) if claim.startswith(_GIT) else None
        self._md5 = hashlib.md5(usedforsecurity=False) if md5 else None
        self.size = 0

    def update(self, block: bytes) -> None:
        self.size += len(block)
        self._crc = self._extend(self._crc, block)
        if self._sha256:
            self._sha256.update(block)
        if self._md5:
            self._md5.update(block)
        if self._blob:
            self._blob.update(block)

    @property
    def crc32c(self) -> str:
        """Castagnoli, big-endian, base64: as ``x-goog-hash`` writes it."""
        return base64.b64encode(self._crc.to_bytes(4, "big")).decode()

    @property
    def sha256(self) -> str | None:
        """Hex, None when neither asked for nor claimed."""
        return self._sha256.hexdigest() if self._sha256 else None

    @property
    def md5(self) -> str | None:
        """Base64 as in ``x-goog-hash``, None when it was not asked for."""
        return base64.b64encode(self._md5.digest()).decode() if self._md5 else None

    @property
    def proves_claim(self) -> bool:
        """Whether the bytes are what git says."""
        found = self._blob.hexdigest() if self._blob else self.sha256
        return self.claim.partition(":")[2] == found


def _blob_hash(claim: str, size: int) -> hashlib._Hash:
    """git hashes its object's kind and size before the bytes."""
    start = f"blob {size}\0".encode()
    if len(claim) == len(_GIT) + SHA1_HEX:
        return hashlib.sha1(start, usedforsecurity=False)
    return hashlib.sha256(start)


def file_proves(claim: str, path: str, status: os.stat_result) -> bool:
    """Whether the bytes of a file are what git says, and it is the one of ``status``, unchanged."""
    digest = Digest(claim=claim, claimed_size=status.st_size)
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        with open(handle, "rb", buffering=0):
            for block in blocks(handle):
                digest.update(block)
            after = os.fstat(handle)
    except OSError:
        return False
    same = ("st_dev", "st_ino", "st_size", "st_mtime_ns", "st_ctime_ns")
    return digest.proves_claim and all(getattr(after, n) == getattr(status, n) for n in same)


def blocks(handle: int) -> Iterator[bytes]:
    """An open file's bytes from where it stands. Raises OSError."""
    while block := os.read(handle, BLOCK):
        yield block
