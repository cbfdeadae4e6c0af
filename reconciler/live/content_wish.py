"""Whose bytes are to be compared, and how (``--content``)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING

from reconciler.cache import NoCache

if TYPE_CHECKING:
    from reconciler.cache import Cache
    from reconciler.manifest.file_set import LocalFile
    from reconciler.ref import ResourceRef


class ContentMode(Enum):
    """Whose bytes are compared (``--content``)."""

    AUTO = "auto"
    ALL = "all"
    NONE = "none"


Hasher = Callable[["LocalFile", bool], "LocalFile"]
"""Gives a file its crc32c, or its md5 when told True; may raise OSError."""


def _as_it_is(file: LocalFile, _md5: bool) -> LocalFile:
    return file


@dataclass(frozen=True, slots=True)
class ContentWish:
    """What is to be checked and how.

    ``touched``: the refs whose manifests or data this change touches, None when nobody can tell;
    called at most once, and only if anything is checkable. ``cache`` holds what the storage said
    before. ``only``: nobody else's, whatever the plan looks at; None: all of it.
    """

    mode: ContentMode = ContentMode.NONE
    touched: Callable[[], frozenset[ResourceRef] | None] = lambda: None
    hasher: Hasher = _as_it_is
    cache: Cache = field(default_factory=NoCache)
    only: frozenset[ResourceRef] | None = None
