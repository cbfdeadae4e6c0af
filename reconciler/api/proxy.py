"""The proxy that the environment names for a URL; credentials of ``.netrc`` are never read."""

from __future__ import annotations

from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from reconciler.base_url import is_loopback


def proxy_for(url: str) -> str | None:
    """HTTPS_PROXY, HTTP_PROXY or ALL_PROXY, unless NO_PROXY covers the host; None: direct.

    Loopback is never sent through a proxy: it could not reach this machine.
    """
    parts = urlsplit(url)
    host = parts.hostname or ""
    proxies = getproxies()
    if is_loopback(host) or proxy_bypass(host):
        return None
    proxy = proxies.get(parts.scheme) or proxies.get("all")
    return proxy if not proxy or "://" in proxy else f"http://{proxy}"
