"""What ``export`` knows of the rows of datasets: the name of their file and its sha256.

With a folder the rows go straight to where the manifest will say that they are, as ``download``
brings them: begun files are gone on with, a whole one gets its name. Without one they only go by.
"""

from __future__ import annotations

import json
import os
import tempfile
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from reconciler.errors import ReconcilerError, Refused
from reconciler.export.export import Rows

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from reconciler.cache import Cache
    from reconciler.cli.unfinished_export import Note
    from reconciler.fireworks import FireworksProvider
    from reconciler.kinds.kind import Kind
    from reconciler.live.state import LiveResource
    from reconciler.provider import ByteProgress

AREA = "rows"


@dataclass(frozen=True, slots=True)
class Place:
    """Where rows stay: ``folder`` has a folder for each resource; ``brought`` grows by the files
    that were not there before, those included that an unfinished run has brought (``note``)."""

    folder: Path
    note: Note
    brought: list[Path] = field(default_factory=list)

    def has(self, live: LiveResource, known: Rows) -> bool:
        """Whether the rows are there. Raises Refused when others are."""
        path = self.folder / live.id / known.key
        if not path.is_file():
            return False
        if _sha256(path) != known.sha256:
            raise Refused(f"{path} holds other rows and is not overwritten")
        if self.note.brought(path):
            self.brought.append(path)
        return True


def rows_reader(
    reader: FireworksProvider,
    content: str,
    shown: Callable[[], ByteProgress],
    place: Place | None = None,
) -> Callable[[Kind, LiveResource], Rows]:
    """Who tells of rows; ``shown`` begins to show progress, as soon as there is any. Without a
    ``place`` no row stays."""
    from reconciler.cli.user_cache import user_cache

    memory = _Memory(user_cache(), reader.base_url)
    progress = cache(shown)

    def named(kind: Kind, live: LiveResource) -> Rows:
        return _only_one([(key, None) for key in reader.download_urls(kind, live.id)])

    def read(kind: Kind, live: LiveResource) -> Rows:
        known = memory.recall(live)
        if known is None or (place and not place.has(live, known)):
            known = _brought(reader, kind, live, place, progress)
            memory.remember(live, known)
        return replace(known, here=place is not None)

    return read if content == "all" else named


def _brought(
    reader: FireworksProvider,
    kind: Kind,
    live: LiveResource,
    place: Place | None,
    progress: Callable[[], ByteProgress],
) -> Rows:
    """Raises ReconcilerError; what stands in the place of the rows is compared with them first."""
    from reconciler.transfer.target import targets

    if place is None:
        return _passed_by(reader, kind, live, progress())
    folder = place.folder / live.id
    keys = reader.download_urls(kind, live.id)
    named = [folder / key for key in keys]
    if any(map(os.path.exists, named)):  # a name may be too long to ask for
        known = _passed_by(reader, kind, live, progress())
        if place.has(live, known):
            return known
    targets(folder, keys)  # only names below the folder are noted
    for path in named:
        place.note.brings(path)
    rows = _read(reader, kind, live, folder, progress())
    place.brought.append(folder / rows.key)
    return rows


def _passed_by(
    reader: FireworksProvider, kind: Kind, live: LiveResource, progress: ByteProgress
) -> Rows:
    """Only their digest stays."""
    with tempfile.TemporaryDirectory(prefix="reconciler-export-") as name:
        return _read(reader, kind, live, Path(name), progress)


def _read(
    reader: FireworksProvider, kind: Kind, live: LiveResource, folder: Path, progress: ByteProgress
) -> Rows:
    def told(key: str, done: int, total: int, checked: str = "") -> None:
        progress(f"{live.id}/{key}", done, total, checked)

    paths = reader.download_content(kind, live.id, folder, told)
    top = folder.resolve()
    return _only_one([(path.relative_to(top).as_posix(), _sha256(path)) for path in paths])


def _sha256(path: Path) -> str:
    import hashlib

    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _only_one(files: Sequence[tuple[str, str | None]]) -> Rows:
    if len(files) != 1:
        raise ReconcilerError(f"the platform names {len(files)} files of it, expected one")
    return Rows(*files[0])


class _Memory:
    """Rows never change: the digest of a record that is the same is the same."""

    def __init__(self, cache: Cache, base_url: str) -> None:
        self._cache, self._base_url = cache, base_url

    def recall(self, live: LiveResource) -> Rows | None:
        text = self._cache.get(AREA, self._key(live)) if live.create_time else None
        try:
            key, sha256 = json.loads(text or "")
        except (ValueError, TypeError):
            return None
        return Rows(str(key), str(sha256))

    def remember(self, live: LiveResource, rows: Rows) -> None:
        if live.create_time:
            self._cache.put(AREA, self._key(live), json.dumps([rows.key, rows.sha256]))
            self._cache.flush()

    def _key(self, live: LiveResource) -> str:
        return json.dumps([self._base_url, live.name, live.create_time, live.update_time])
