"""What the storage said of a resource in an earlier run, as long as the record is the same."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from reconciler.live.state import StoredContent, StoredFile

if TYPE_CHECKING:
    from reconciler.cache import Cache
    from reconciler.live.state import LiveResource

_AREA = "stored"


class StoredMemory:
    """Known by address, name, incarnation and last update: a fact is as new as its updateTime."""

    def __init__(self, cache: Cache, base_url: str) -> None:
        self._cache = cache
        self._base_url = base_url

    def recall(self, live: LiveResource) -> StoredContent | None:
        text = self._cache.get(_AREA, self._key(live)) if live.create_time else None
        try:
            return None if text is None else _decoded(json.loads(text))
        except (ValueError, TypeError, AttributeError, RecursionError):
            return None

    def remember(self, live: LiveResource, content: StoredContent) -> None:
        """Only whole answers, and never a loss: that is asked for again every time."""
        files = content.files.values()
        if live.create_time and not content.why and all(f is not None and not f.why for f in files):
            self._cache.put(_AREA, self._key(live), _encoded(content))

    def _key(self, live: LiveResource) -> str:
        return json.dumps([self._base_url, live.name, live.create_time, live.update_time])


def _encoded(content: StoredContent) -> str:
    return json.dumps({k: [f.size, f.crc32c, f.md5] for k, f in content.files.items() if f})


def _decoded(known: Any) -> StoredContent:
    """Raises ValueError, TypeError or AttributeError for what we have not written."""
    return StoredContent({key: _file(*told) for key, told in known.items()})


def _file(size: Any, crc32c: Any, md5: Any) -> StoredFile:
    texts = all(isinstance(text, str | None) for text in (crc32c, md5))
    if not texts or not (size is None or type(size) is int):
        raise ValueError
    return StoredFile(size, crc32c, md5)
