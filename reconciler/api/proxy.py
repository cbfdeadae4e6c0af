"""The proxy that the environment names for a URL; credentials of ``.netrc`` are never read."""

from __future__ import annotations

from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from reconciler.base_url import is_loopback
from reconciler.errors import UsageError


def proxy_for(url: str) -> str | None:
    """HTTPS_PROXY, HTTP_PROXY or ALL_PROXY, unless NO_PROXY covers the host; None: direct.

    Loopback is never sent through a proxy: it could not reach this machine. Raises UsageError for
    one that is not spoken to over http or https (SOCKS).
    """
    parts = urlsplit(url)
    host = parts.hostname or ""
    proxies = getproxies()
    if is_loopback(host) or proxy_bypass(host):
        return None
    proxy = proxies.get(parts.scheme) or proxies.get("all")
    if not proxy:
        return None
    given = proxy if "://" in proxy else f"http://{proxy}"
    kind = _kind(given)
    if kind not in ("http", "https"):
        raise UsageError(
            f"expected an http or https proxy, but the environment names {kind}",
            "HTTPS_PROXY or ALL_PROXY sets it; NO_PROXY lists hosts to reach directly",
        )
    return given


def _kind(proxy: str) -> str:
    """Its scheme, or what is wrong with it; never its text, which may hold a password."""
    try:
        parts = urlsplit(proxy)
        whole = bool(parts.hostname) and parts.port != 0 and proxy.isascii()
    except ValueError:
        whole = False
    return parts.scheme[:20] if whole else "something that is not a URL"
