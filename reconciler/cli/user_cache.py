"""The user's cache: what earlier runs worked out, one for a whole command."""

from __future__ import annotations

import functools
import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from reconciler.cache import Cache
    from reconciler.manifest.file_set import LocalFile
    from reconciler.transfer.hashing import Digest


@functools.cache
def user_cache() -> Cache:
    """Nothing is opened before somebody asks it."""
    from reconciler.cache import open_cache

    return open_cache(os.environ)


def remember_digest(file: LocalFile, digest: Digest) -> None:
    """What an upload has hashed on the way, so that no later plan reads the file for it."""
    from reconciler.manifest.digests import remember
    from reconciler.manifest.file_facts import FileMemory

    known = FileMemory(user_cache())
    remember(file, known, crc32c=digest.crc32c, sha256=digest.sha256, md5=digest.md5)
