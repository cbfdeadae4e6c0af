"""What one file of a source is: from memory, else read once.

In the order of what it costs: ``stat`` and what is remembered of the file, the first bytes of a
small one (it may be a pointer), then the whole.
"""

from __future__ import annotations

import os
import stat
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from reconciler.manifest.file_set import LocalFile
from reconciler.manifest.reading import (
    Place,
    Reading,
    Seen,
    is_config,
    local_file,
    read,
    unreadable,
)
from reconciler.manifest.row_summary import RowSummary

if TYPE_CHECKING:
    from reconciler.manifest.file_facts import FileFacts, FileMemory
    from reconciler.manifest.reading import Wanted


def look(key: str, real: str, shown: str, wanted: Wanted, memory: FileMemory) -> Seen:
    """The file at ``real``, a path without links, from memory or read once; ``shown`` is its path
    for the user."""
    place = Place(key, real, shown)
    try:
        status = os.stat(place.real, follow_symlinks=False)
    except OSError as error:
        return unreadable(place, error).seen
    seen = recalled(place, status, wanted, memory)
    return seen or keep(read(place, wanted, memory.told(place.real)), place.real, memory)


def recalled(
    place: Place, status: os.stat_result, wanted: Wanted, memory: FileMemory
) -> Seen | None:
    """What the same look gave earlier; None where the file has to be read."""
    known = memory.recall(place.real, status)
    if not (_suffices(known, place.key, wanted) and stat.S_ISREG(status.st_mode)):
        return None
    return _remembered(local_file(place, status, known, wanted), known, wanted)


def keep(reading: Reading, real: str, memory: FileMemory) -> Seen:
    """Remember what was read; gives what was seen."""
    seen, file = reading.seen, reading.seen.file
    if file.sha256 and file.why_absent:
        given = (file.key, real, file.size, file.sha256, file.why_absent)
        return replace(seen, file=standing_for(*given, memory))
    if seen.rows is not None:
        memory.read_bytes += file.size
    if reading.status is not None:
        memory.remember(real, reading.status, reading.facts, reading.proved)
    return seen


def _remembered(file: LocalFile, known: FileFacts, wanted: Wanted) -> Seen:
    """What the same look gave; of a file that was read in another way too, only this way's."""
    if wanted.rows:
        return Seen(file, known.rows, summary=_summary(known))
    config = known.config if is_config(file.key) else None
    return Seen(file, config=None if config is None else dict(config))


def standing_for(
    key: str, real: str, size: int, sha256: str, why: str, memory: FileMemory
) -> LocalFile:
    """A file whose bytes are not here; what is known of them goes by their sha256."""
    known = memory.recall_content(sha256)
    return LocalFile(key, Path(real), size, sha256, None, why, known.crc32c, known.md5)


def _suffices(known: FileFacts, key: str, wanted: Wanted) -> bool:
    if known.clean != wanted.check(key) or (wanted.sha256 and known.sha256 is None):
        return False
    if wanted.rows:
        return known.rows is not None and _summary(known) is not None
    return known.config is not None or not is_config(key)


def _summary(known: FileFacts) -> RowSummary | None:
    return RowSummary.from_document(known.summary) if known.summary is not None else None
