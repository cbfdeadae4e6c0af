"""Size and digests of blobs, which never change: read once, and kept in the cache."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from reconciler.manifest.hashing import Digest
from reconciler.manifest.pointers import LONGEST, is_annexed, lfs_pointer

if TYPE_CHECKING:
    from reconciler.cache import Cache
    from reconciler.past.objects import GitObjects

_AREA = "blobs"


@dataclass(frozen=True, slots=True)
class BlobFacts:
    """``size`` and digests of a blob's bytes; ``pointer_to`` is the sha256 of the file that a
    Git LFS pointer stands for, whose size it then is."""

    size: int
    sha256: str = ""
    crc32c: str = ""
    pointer_to: str = ""
    annexed: bool = False

    def document(self) -> list[object]:
        return [self.size, self.sha256, self.crc32c, self.pointer_to, self.annexed]

    @classmethod
    def from_text(cls, text: str | None) -> BlobFacts | None:
        """Facts as they were written; whatever else stands there is not known."""
        try:
            known = json.loads(text or "null")
        except (ValueError, RecursionError):
            return None
        types = [int, str, str, str, bool]
        whole = isinstance(known, list) and [type(value) for value in known] == types
        return cls(*known) if whole else None


def facts_of(oid: str, objects: GitObjects, cache: Cache) -> BlobFacts:
    """Raises ReconcilerError for an object that git cannot read."""
    known = BlobFacts.from_text(cache.get(_AREA, oid))
    if known is None:
        known = _read(oid, objects)
        cache.put(_AREA, oid, json.dumps(known.document()))
    return known


def _read(oid: str, objects: GitObjects) -> BlobFacts:
    digest, start = Digest(sha256=True), b""
    for block in objects.blocks(oid):
        digest.update(block)
        start = start or block[: LONGEST + 1]
    pointer = lfs_pointer(start) if digest.size <= LONGEST else None
    if pointer:
        return BlobFacts(pointer.size, pointer_to=pointer.sha256)
    return BlobFacts(digest.size, digest.sha256 or "", digest.crc32c, annexed=is_annexed(start))
