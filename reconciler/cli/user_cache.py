"""The user's cache: what earlier runs worked out, one for a whole command."""

from __future__ import annotations

import functools
import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from reconciler.cache import Cache


@functools.cache
def user_cache() -> Cache:
    """Nothing is opened before somebody asks it."""
    from reconciler.cache import open_cache

    return open_cache(os.environ)
