"""What an answer must say to be believed: the resource that was asked for, a URL for each name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reconciler.api.paths import template
from reconciler.api.redact import clean
from reconciler.errors import Unavailable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reconciler.live.state import LiveResource


def named(live: LiveResource, expected: str, path: str) -> LiveResource:
    """The resource, if the answer is about it. Raises Unavailable: a stranger has answered."""
    if live.name == expected or live.name.endswith(f"/{expected}"):
        return live
    text = f'expected {expected} in the answer, but its name was "{clean(live.name)[:120]}"'
    raise Unavailable(text, status=200, method="GET", path=template(path))


def signed_urls(answer: Mapping[str, Any], path: str) -> Mapping[str, str]:
    """File name -> signed URL. Raises Unavailable for a name without one."""
    urls = answer.get("filenameToSignedUrls")
    if not isinstance(urls, dict):
        return {}
    for name, url in urls.items():
        if not isinstance(url, str):
            text = f"expected a URL for {clean(name)[:120]} in the answer, but there is none"
            raise Unavailable(text, status=200, path=template(path))
    return urls
