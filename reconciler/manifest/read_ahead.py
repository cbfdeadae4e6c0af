"""The files of rows that the rest of the manifests name, read beforehand and side by side.

Most projects never come here: it costs a second look at the manifests.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from reconciler.manifest.files import DiskFiles
from reconciler.manifest.manifest import IdStrategy
from reconciler.manifest.one_read import keep, recalled
from reconciler.manifest.reading import Place, Wanted
from reconciler.manifest.reading_pool import read_all
from reconciler.manifest.reading_worker import Task

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from reconciler.kinds.kind import Kind
    from reconciler.manifest.file_facts import FileMemory
    from reconciler.manifest.manifest import Manifest
    from reconciler.manifest.reading import Reading, Seen


class ReadAhead(DiskFiles):
    """The files of this disk; some have been read, and are not read again."""

    def __init__(self, readings: Mapping[tuple[str, Wanted], Reading]) -> None:
        self._readings = readings

    def look(self, key: str, real: str, shown: str, wanted: Wanted, memory: FileMemory) -> Seen:
        reading = self._readings.get((real, wanted))
        if reading is None:
            return super().look(key, real, shown, wanted, memory)
        return keep(reading, real, memory)


def read_ahead(
    manifests: Iterable[Manifest],
    kinds: Mapping[str, Kind],
    memory: FileMemory,
    processes: int,
    worth: int,
) -> DiskFiles:
    """The disk, with the rows read that ``manifests``, whose files are only named, will want; the
    bare disk where those are less than ``worth`` bytes."""
    sizes = dict(_unknown(manifests, kinds, memory))
    if not sizes or sum(sizes.values()) < worth:
        return DiskFiles()
    largest_first = sorted(sizes, key=lambda task: -sizes[task])
    readings = read_all(largest_first, processes)
    return ReadAhead({(task.place.real, task.wanted): r for task, r in readings.items()})


def _unknown(
    manifests: Iterable[Manifest], kinds: Mapping[str, Kind], memory: FileMemory
) -> Iterable[tuple[Task, int]]:
    """What would have to be read, and its bytes."""
    for manifest in manifests:
        rule, files = kinds[manifest.ref.kind].content, manifest.files
        if rule is None or not rule.single_file or files is None or len(files.files) != 1:
            continue
        file = files.files[0]
        hashed = file.pinned or manifest.id_strategy is IdStrategy.CONTENT_HASH
        wanted = Wanted(rows=True, row_format=manifest.spec.get("format"), sha256=hashed)
        place = Place(file.key, os.fspath(file.path), files.shown)
        try:
            status = os.stat(place.real, follow_symlinks=False)
        except OSError:
            continue
        if recalled(place, status, wanted, memory) is None:
            claim = memory.claim(place.real, status)
            yield Task(place, wanted, claim.text if claim else ""), status.st_size
