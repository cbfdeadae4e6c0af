"""Signed GET URLs, renewed for all files at once when one has expired."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from reconciler.errors import ContentError
from reconciler.transfer.signed_url import check_host

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from reconciler.transfer.options import TransferOptions


class GetUrls:
    """Hands out the URLs that ``ask`` gives, once their hosts are seen to be trusted."""

    def __init__(self, ask: Callable[[], Mapping[str, str]], options: TransferOptions) -> None:
        """Raises ContentError, and what ``ask`` raises."""
        self._ask = ask
        self._options = options
        self._lock = threading.Lock()
        self._urls = self._checked()
        self._handed: set[str] = set()

    @property
    def keys(self) -> Collection[str]:
        return self._urls.keys()

    def get(self, key: str, expired: str | None = None) -> str:
        """The URL of a file, a fresh one in place of ``expired``."""
        with self._lock:
            if self._urls.get(key) == expired:
                self._urls = self._checked()
            return self._found(key)

    def some(self, keys: Collection[str]) -> Mapping[str, str]:
        """Those of some files; fresh ones where these were handed out before."""
        with self._lock:
            if self._handed & set(keys):
                self._urls = self._checked()
            self._handed |= set(keys)
            return {key: self._found(key) for key in keys}

    def _found(self, key: str) -> str:
        if key not in self._urls:
            raise ContentError(f"the platform has no {key} any more")
        return self._urls[key]

    def _checked(self) -> Mapping[str, str]:
        urls = self._ask()
        for key, url in urls.items():
            check_host(key, url, allow_loopback=self._options.allow_loopback)
        return urls
