"""What is known of a file's bytes without reading it again: digests, rows, a checked header.

A file is known by device, inode, size and both times of change: whoever writes to it changes at
least one, even when the modification time is set back. Two writes within one tick of the file
system's clock look alike, so nothing is kept of a file that changed less than two seconds ago.
In another checkout it is known by what git says that its bytes are (``Checkout``).
"""

from __future__ import annotations

import json
import time
from dataclasses import asdict, dataclass, fields, replace
from typing import TYPE_CHECKING, Any

from reconciler.manifest.hashing import file_proves
from reconciler.version import VERSION

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Mapping

    from reconciler.cache import Cache
    from reconciler.manifest.checkout import Checkout, Claim

RACY_NS = 2_000_000_000
LARGEST_CONFIG = 64 * 1024  # characters; a larger description of weights is read again
_FILES, _CONTENT, _GIT = "files", "content", "git"


@dataclass(frozen=True, slots=True)
class FileFacts:
    """None is *not known*. ``sha256`` in hex, ``crc32c`` and ``md5`` as ``x-goog-hash`` writes
    them. ``clean`` names the check that found nothing at all to say (``row_check``,
    ``weights_check``); ``config`` is the parsed JSON of a file that describes weights, ``summary``
    the document of a ``RowSummary``."""

    sha256: str | None = None
    crc32c: str | None = None
    md5: str | None = None
    rows: int | None = None
    clean: str | None = None
    config: Mapping[str, Any] | None = None
    summary: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """What is known of an open file before it is read: whether a write from now on would show, so
    that facts of it may be kept, and what git says that the bytes are ("" for nothing)."""

    settled: bool
    claim: str


def row_check(row_format: str | None) -> str:
    """The name of the check of a dataset's rows in this format. Another version may check more:
    what an earlier one found clean is checked again."""
    return f"{VERSION} rows {row_format}"


def weights_check(key: str) -> str:
    """The name of the check of a model's file: what is looked at depends on the file's name."""
    return f"{VERSION} weights {key.rpartition('/')[2].rpartition('.')[2]}"


class FileMemory:
    """The facts of files in a cache. ``now`` is the time in nanoseconds since the epoch; it only
    decides what is worth keeping. ``checkout`` is None where git is not to be asked.
    ``read_bytes`` counts those of rows that had to be read because nothing was known of them."""

    def __init__(
        self,
        cache: Cache,
        now: Callable[[], int] = time.time_ns,
        checkout: Checkout | None = None,
    ) -> None:
        self._cache = cache
        self._now = now
        self._checkout = checkout
        self.read_bytes = 0

    def recall(self, path: str, status: os.stat_result) -> FileFacts:
        """What is known of the file at a path without links, which ``stat`` describes."""
        text = self._cache.get(_FILES, _key(status))
        if text is None:
            text = self._recall_for_git(path, status)
            if text is not None:
                self._cache.put(_FILES, _key(status), text)
        return _decoded(text)

    def _recall_for_git(self, path: str, status: os.stat_result) -> str | None:
        claim = self.claim(path, status)
        text = self._cache.get(_GIT, _git_key(claim.text, status)) if claim else None
        if claim is None or text is None or claim.sure:
            return text
        # To read and hash rows costs a tenth of checking them; weights would only be hashed twice.
        worth = _decoded(text).rows is not None
        return text if worth and file_proves(claim.text, path, status) else None

    def claim(self, path: str, status: os.stat_result) -> Claim | None:
        """What git says that the bytes of the file are."""
        if self._checkout is None or self._is_racy(status):
            return None
        return self._checkout.claim(path, status)

    def told(self, path: str) -> Callable[[os.stat_result], Told]:
        """What is told of the file at a path once it is open."""

        def tell(status: os.stat_result) -> Told:
            claim = self.claim(path, status)
            return Told(self.settled(status), claim.text if claim else "")

        return tell

    def recall_content(self, sha256: str) -> FileFacts:
        """What is known of the bytes behind a Git LFS pointer or a pin."""
        return _decoded(self._cache.get(_CONTENT, sha256))

    def remember(
        self, path: str, status: os.stat_result, found: FileFacts, proved: str = ""
    ) -> None:
        """Add to what is known of a file: ``status`` is from before it was read, when it was
        ``settled``. For other checkouts too, if all its bytes have ``proved`` what git says of
        them."""
        if self._is_racy(status):
            return
        known = self.recall(path, status)
        new = {
            f.name: value for f in fields(found) if (value := getattr(found, f.name)) is not None
        }
        merged = replace(known, **new)
        if merged != known:
            self._cache.put(_FILES, _key(status), _encoded(merged))
        if merged.sha256 and merged.crc32c:
            content = FileFacts(crc32c=merged.crc32c, md5=merged.md5)
            if content != self.recall_content(merged.sha256):
                self._cache.put(_CONTENT, merged.sha256, _encoded(content))
        if proved:
            self._cache.put(_GIT, _git_key(proved, status), _encoded(merged))

    def settled(self, status: os.stat_result) -> bool:
        """Whether a write from now on would show; to be asked before the file is read, for a long
        read ends when its beginning is no longer young."""
        return not self._is_racy(status)

    def _is_racy(self, status: os.stat_result) -> bool:
        return self._now() - max(status.st_mtime_ns, status.st_ctime_ns) < RACY_NS


def _git_key(known_as: str, status: os.stat_result) -> str:
    return f"{known_as}:{status.st_size}"


def _key(status: os.stat_result) -> str:
    times = (status.st_mtime_ns, status.st_ctime_ns)
    return ":".join(map(str, (status.st_dev, status.st_ino, status.st_size, *times)))


def _encoded(facts: FileFacts) -> str:
    known = {name: value for name, value in asdict(facts).items() if value is not None}
    text = json.dumps(known)
    if len(text) > LARGEST_CONFIG:
        return json.dumps({k: v for k, v in known.items() if k not in _BULKY})
    return text


_BULKY = ("config", "clean", "summary")
_TYPES: dict[str, type] = {
    "sha256": str, "crc32c": str, "md5": str, "rows": int, "clean": str, "config": dict,
    "summary": dict,
}  # fmt: skip


def _decoded(text: str | None) -> FileFacts:
    """Facts as they were written; whatever else stands there is not known."""
    if text is None:
        return FileFacts()
    try:
        known = json.loads(text)
    except (ValueError, RecursionError):
        return FileFacts()
    if not isinstance(known, dict) or any(
        type(value) is not _TYPES.get(name) for name, value in known.items()
    ):
        return FileFacts()
    return FileFacts(**known)
