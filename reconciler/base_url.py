"""Addresses of the platform: one spelling each, https, or this machine."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

from reconciler.errors import UsageError

DEFAULT_BASE_URL = "https://api.fireworks.ai"


def is_loopback(host: str) -> bool:
    """Whether a host name or address is this machine, without asking a name server."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def normalise_base_url(text: str) -> str:
    """The base URL without a trailing slash or ``/v1``. Raises UsageError."""
    parts = _split(text.strip())
    if not parts[1] or parts[0] not in ("http", "https"):
        raise UsageError(f'expected a base URL like {DEFAULT_BASE_URL}, but was "{_brief(text)}"')
    scheme, host, path = parts
    if scheme == "http" and not is_loopback(urlsplit(f"http://{host}").hostname or ""):
        raise UsageError(
            f"the base URL must be https, except on loopback, but was http://{host}",
            "over http the API key would be readable on the way",
        )
    return f"{scheme}://{host}{path.rstrip('/').removesuffix('/v1').rstrip('/')}"


def _split(text: str) -> tuple[str, str, str]:
    try:
        parts = urlsplit(text)
        _ = parts.port  # raises for a port that is no number
    except ValueError:
        return ("", "", "")
    if parts.query or parts.fragment or "@" in parts.netloc or any(c <= " " for c in text):
        return ("", "", "")
    return (parts.scheme.lower(), parts.netloc.lower() if parts.hostname else "", parts.path)


def _brief(text: str) -> str:
    """What was given, without what may be a password, in at most 80 printable characters."""
    shown = text.rpartition("@")[2].partition("?")[0]
    return "".join(c if c.isprintable() else "?" for c in shown)[:80]
