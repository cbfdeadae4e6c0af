"""Digests of bytes on their way: crc32c against storage, sha256 where identity must hold."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import TYPE_CHECKING

from reconciler.manifest import hashing
from reconciler.transfer.crc_combine import combined

if TYPE_CHECKING:
    from collections.abc import Mapping


class Digest(hashing.Digest):
    """One that can be copied half-way, and put together of ranges hashed side by side."""

    def copy(self) -> Digest:
        """Another one that goes on from here by itself."""
        twin = copy.copy(self)
        twin._sha256 = self._sha256.copy() if self._sha256 else None
        twin._md5 = self._md5.copy() if self._md5 else None
        return twin

    def followed_by(self, other: Digest) -> Digest:
        """The digest of this one's bytes and then the other's, by crc32c alone."""
        whole = Digest()
        whole.size = self.size + other.size
        whole._crc = combined(self._crc, other._crc, other.size)
        return whole


@dataclass(frozen=True, slots=True)
class StoredFacts:
    """What the storage says of the bytes it holds; None where it says nothing."""

    size: int | None = None
    crc32c: str | None = None
    md5: str | None = None

    def difference(self, digest: Digest) -> str | None:
        """Why the digest is not of these bytes, in words; None when nothing speaks against it."""
        if self.size is not None and self.size != digest.size:
            return f"storage holds {self.size} bytes, expected {digest.size}"
        if self.crc32c is not None and self.crc32c != digest.crc32c:
            return f"storage has crc32c {self.crc32c}, expected {digest.crc32c}"
        if self.crc32c is None and None not in (self.md5, digest.md5) and self.md5 != digest.md5:
            return f"storage has md5 {self.md5}, expected {digest.md5}"
        return None

    def compared(self, digest: Digest) -> str:
        """By what ``difference`` compared: crc32c, md5, or size where there was no hash."""
        if self.crc32c is not None:
            return "crc32c"
        return "md5" if None not in (self.md5, digest.md5) else "size"


def stored_facts(headers: Mapping[str, str]) -> StoredFacts:
    """Read ``x-goog-hash`` and ``x-goog-stored-content-length``; names in lower case."""
    hashes: dict[str, str] = {}
    for part in headers.get("x-goog-hash", "").split(","):
        name, _, value = part.strip().partition("=")
        hashes[name.lower()] = value
    size = headers.get("x-goog-stored-content-length", "")
    return StoredFacts(
        int(size) if size.isascii() and size.isdigit() else None,
        hashes.get("crc32c") or None,
        hashes.get("md5") or None,
    )
