"""Signed URLs, asked for late and in batches, only for files that are not sent yet."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping

from reconciler.errors import ContentError
from reconciler.transfer.signed_url import check_host, is_resumable, put_headers, start_headers

BATCH = 50  # files a call: their URLs start to expire the moment they are given

AskUrls = Callable[[Mapping[str, int]], Mapping[str, str]]
"""File sizes by key -> signed URLs by key (``:getUploadEndpoint``)."""


class UrlSource:
    """Hands each worker the URL of its file; one call at a time, whoever comes first makes it."""

    def __init__(
        self,
        sizes: Mapping[str, int],
        ask: AskUrls,
        *,
        allow_loopback: bool,
        resumable: bool = False,
    ) -> None:
        """``sizes`` in the order in which the files are sent; ``resumable``: ``ask`` asks for URLs
        that open sessions, and may be given plain ones nevertheless."""
        self._resumable = resumable
        self._unsent = dict(sizes)
        self._ask = ask
        self._allow_loopback = allow_loopback
        self._urls: dict[str, str] = {}
        self._lock = threading.Lock()

    def get(self, key: str, expired: str | None = None) -> str:
        """The URL for a file, a fresh one when ``expired`` is given.

        Raises ContentError for an answer that cannot be trusted, and what ``ask`` raises.
        """
        with self._lock:
            if expired is not None:
                self._urls.clear()  # the others of its batch are as old
            if key not in self._urls:
                self._fetch(key)
            return self._urls.pop(key)

    def done(self, key: str) -> None:
        """Sent or given up: no URL is asked for this file any more."""
        with self._lock:
            self._unsent.pop(key, None)

    def _fetch(self, key: str) -> None:
        others = [other for other in self._unsent if other != key and other not in self._urls]
        batch = {name: self._unsent[name] for name in (key, *others[: BATCH - 1])}
        urls = self._ask(batch)
        check_urls(batch, urls, allow_loopback=self._allow_loopback, resumable=self._resumable)
        self._urls.update(urls)


def check_urls(
    sizes: Mapping[str, int],
    urls: Mapping[str, str],
    *,
    allow_loopback: bool,
    resumable: bool = False,
) -> None:
    """Raise ContentError unless there is exactly one trusted URL for each file (F24)."""
    missing, extra = sorted(sizes.keys() - urls.keys()), sorted(urls.keys() - sizes.keys())
    if missing or extra:
        problems = [f"none for {missing[0]}"] if missing else []
        problems += [f"one for {extra[0][:100]!r}, which was not asked for"] if extra else []
        raise ContentError(f"the platform's upload URLs do not match: {' and '.join(problems)}")
    for key, url in urls.items():
        if not isinstance(url, str):
            raise ContentError(f"the platform gave no usable URL for {key}")
        check_host(key, url, allow_loopback=allow_loopback)
        headers = start_headers if resumable and is_resumable(url) else put_headers
        headers(key, url, sizes[key])
