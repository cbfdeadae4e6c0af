"""Whether the storage has a file already, as far as its hashes tell."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.transfer.proof import disproved, proof_of
from reconciler.transfer.source import open_planned

if TYPE_CHECKING:
    from reconciler.manifest.file_set import LocalFile
    from reconciler.transfer.hashing import StoredFacts
    from reconciler.transfer.options import TransferOptions


def stored_by(file: LocalFile, facts: StoredFacts, options: TransferOptions) -> str:
    """The hash (crc32c, md5) by which the storage has the very bytes of a planned file, else "".

    Any doubt says "": sending the file is always right. The file is read only when its size is
    the one stored and its crc32c is not known. Raises ContentError when it is not what was planned.
    """
    if facts.size != file.size or not (facts.crc32c or facts.md5):
        return ""
    with open_planned(file) as opened:
        if None not in (facts.crc32c, file.crc32c):
            return "crc32c" if facts.crc32c == file.crc32c else ""
        digest = proof_of(file, md5=facts.crc32c is None)
        for block in opened.blocks():
            options.require_going()
            digest.update(block)
        opened.check()
    if disproved(file, digest) or facts.difference(digest) is not None:
        return ""
    options.hashed(file, digest)
    return facts.compared(digest)
