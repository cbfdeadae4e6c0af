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
    if not proxy or "://" not in proxy:
        return f"http://{proxy}" if proxy else None
    kind = urlsplit(proxy).scheme.lower()
    if kind not in ("http", "https"):
        raise UsageError(
            f"expected a proxy of http or https, but the environment names one of {kind[:20]}",
            "HTTPS_PROXY and ALL_PROXY name it; NO_PROXY names hosts that are reached without",
        )
    return proxy
