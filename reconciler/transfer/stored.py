"""What the storage holds under a signed GET URL, without reading it: one byte is asked for."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from reconciler.transfer.connections import Broken
from reconciler.transfer.hashing import Digest, StoredFacts, stored_facts
from reconciler.transfer.pump import Request, exchange
from reconciler.transfer.signed_url import check_host
from reconciler.transfer.source import open_planned

if TYPE_CHECKING:
    from reconciler.manifest.file_set import LocalFile
    from reconciler.transfer.options import TransferOptions


def ask_stored(key: str, url: str, options: TransferOptions) -> StoredFacts | None:
    """Size and hashes of the object; None when one look does not tell (empty, refused, cut).

    The signature of a GET URL allows no HEAD (fact sheet 19.6). Raises ContentError for a host
    that is not trusted.
    """
    check_host(key, url, allow_loopback=options.allow_loopback)
    try:
        answer, _ = exchange(options, Request("GET", url, {"Range": "bytes=0-0"}))
    except Broken:
        return None
    total = answer.headers.get("content-range", "").rpartition("/")[2]
    if answer.status != 206 or not (total.isascii() and total.isdigit()):
        return None
    return replace(stored_facts(answer.headers), size=int(total))


def stored_by(file: LocalFile, url: str, options: TransferOptions) -> str:
    """The hash (crc32c, md5) by which the storage has the very bytes of a planned file, else "".

    Any doubt says "": sending the file is always right. The file is read only when its size is
    the one stored. Raises ContentError when it is not what was planned.
    """
    facts = ask_stored(file.key, url, options)
    if facts is None or facts.size != file.size or not (facts.crc32c or facts.md5):
        return ""
    digest = Digest(sha256=file.sha256 is not None, md5=facts.crc32c is None)
    with open_planned(file) as opened:
        for block in opened.blocks():
            options.require_going()
            digest.update(block)
        opened.check()
    planned = file.sha256 is None or digest.sha256 == file.sha256
    return facts.compared(digest) if planned and facts.difference(digest) is None else ""
