"""What may help when no connection comes about: the address, the emulator, a proxy."""

from __future__ import annotations

from reconciler.api.lean import httpx
from reconciler.api.proxy import proxy_for
from reconciler.base_url import is_loopback


def way_hint(error: httpx.HTTPError) -> str | None:
    """For a connection that was never made; a proxy is not named, its address may hold a
    password."""
    if not isinstance(error, (httpx.ConnectError, httpx.ConnectTimeout, httpx.ProxyError)):
        return None
    url = error.request.url
    address = f"{url.scheme}://{url.netloc.decode()}"
    if is_loopback(url.host):
        return f"is the emulator running at {address}? see: reconciler emulator"
    way = ", through the proxy that the environment names" if proxy_for(address) else ""
    return f"tried {address}{way}: is the address right, and the network up?"
