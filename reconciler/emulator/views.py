"""Lists in their order, kept while nothing in their collection changes: a page costs its own rows.

A client that reads 10,000 rows asks 50 times; to filter and sort all of them each time would take
most of the time that the client is measured by.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from reconciler.emulator.store import Record

Key = tuple[str, ...]
_KEPT = 32  # lists; each client needs one for each collection that it reads


class Views:
    """The last lists that were asked for; whoever calls holds the platform's lock."""

    def __init__(self) -> None:
        self._lists: dict[Key, tuple[int, list[Record]]] = {}

    def of(self, key: Key, version: int, make: Callable[[], list[Record]]) -> list[Record]:
        """The list of that name, made anew when the collection has another version by now."""
        kept = self._lists.pop(key, None)
        if kept is None or kept[0] != version:
            kept = version, make()
        self._lists[key] = kept
        if len(self._lists) > _KEPT:
            del self._lists[next(iter(self._lists))]
        return kept[1]
