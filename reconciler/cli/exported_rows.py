"""What ``export`` knows of the rows of datasets: the name of their file and its sha256."""

from __future__ import annotations

import json
import tempfile
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from reconciler.errors import ReconcilerError
from reconciler.export.export import Rows

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from reconciler.cache import Cache
    from reconciler.fireworks import FireworksProvider
    from reconciler.kinds.kind import Kind
    from reconciler.live.state import LiveResource
    from reconciler.provider import ByteProgress

AREA = "rows"


def rows_reader(
    reader: FireworksProvider, content: str, shown: Callable[[], ByteProgress]
) -> Callable[[Kind, LiveResource], Rows]:
    """Who tells of rows; ``shown`` begins to show progress, as soon as there is any."""
    from reconciler.cli.user_cache import user_cache

    memory = _Memory(user_cache(), reader.base_url)
    progress = cache(shown)

    def named(kind: Kind, live: LiveResource) -> Rows:
        return _only_one([(key, None) for key in reader.download_urls(kind, live.id)])

    def read(kind: Kind, live: LiveResource) -> Rows:
        known = memory.recall(live)
        if known is None:
            known = _read(reader, kind, live, progress())
            memory.remember(live, known)
        return known

    return read if content == "all" else named


def _read(
    reader: FireworksProvider, kind: Kind, live: LiveResource, progress: ByteProgress
) -> Rows:
    """The rows go by: only their digest stays. Raises ReconcilerError."""
    import hashlib

    def told(key: str, done: int, total: int, checked: str = "") -> None:
        progress(f"{live.id}/{key}", done, total, checked)

    with tempfile.TemporaryDirectory(prefix="reconciler-export-") as name:
        folder = Path(name).resolve()
        found = []
        for path in reader.download_content(kind, live.id, folder, told):
            with path.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
            found.append((path.relative_to(folder).as_posix(), digest))
    return _only_one(found)


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
