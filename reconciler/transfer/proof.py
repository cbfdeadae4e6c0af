"""What proves, while a file is sent, that its bytes are the planned ones (docs/content-truth.md).

sha256 and crc32c of one file come of one pass over it, so equal crc32c of a file with the same
inode, size and dates means equal sha256, but for a forgery by somebody who may write to this disk.
sha256 costs as much as all of the sending: it is computed again only where the manifest pins it, or
nothing else is known.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.transfer.hashing import Digest

if TYPE_CHECKING:
    from reconciler.manifest.file_set import LocalFile


def proof_of(file: LocalFile, *, md5: bool = False) -> Digest:
    """An empty digest, to be fed with all bytes of the file; ``md5`` for the storage's sake."""
    needed = file.sha256 is not None and (file.pinned or file.crc32c is None)
    return Digest(sha256=needed, md5=md5)


def disproved(file: LocalFile, found: Digest) -> str | None:
    """Why the digest of all bytes is not of the planned ones, in words; None when it is."""
    if found.sha256 is not None and found.sha256 != file.sha256:
        return f"its sha256 was {(file.sha256 or '')[:12]}…, and is {found.sha256}"
    if file.crc32c is not None and found.crc32c != file.crc32c:
        return f"its crc32c was {file.crc32c}, and is {found.crc32c}"
    return None
