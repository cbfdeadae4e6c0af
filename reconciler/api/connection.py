"""Where the platform is and who asks: base URL, account, key."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from reconciler.api.loopback import is_loopback
from reconciler.api.secret import Secret
from reconciler.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

DEFAULT_BASE_URL = "https://api.fireworks.ai"


@dataclass(frozen=True, slots=True)
class Connection:
    """``base_url`` is normalised: no trailing slash, no ``/v1``; ``key`` never shows itself.

    Raises UsageError for a base URL that is not https (loopback may be http), and for a key that
    cannot stand in a header.
    """

    base_url: str
    account: str
    key: Secret

    def __post_init__(self) -> None:
        object.__setattr__(self, "base_url", normalise_base_url(self.base_url))
        _require_header_value(self.key)

    @classmethod
    def from_environment(
        cls, base_url: str, account: str, environ: Mapping[str, str]
    ) -> Connection:
        """With the key of FIREWORKS_API_KEY, its only source. Raises UsageError without one."""
        key = environ.get("FIREWORKS_API_KEY", "")
        if not key:
            raise UsageError("FIREWORKS_API_KEY is not set", "export FIREWORKS_API_KEY=fw_...")
        return cls(base_url, account, Secret(key))

    @property
    def loopback(self) -> bool:
        """Whether the platform is on this machine: the emulator."""
        return is_loopback(urlsplit(self.base_url).hostname or "")


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


def _require_header_value(key: Secret) -> None:
    """A line break would end the header early, and so let a paste write headers of its own."""
    if not key.fits_header():
        raise UsageError(
            "the API key is empty, or holds a space, a line break or a letter beyond ASCII",
            "set FIREWORKS_API_KEY again: it looks like a broken paste",
        )


def _brief(text: str) -> str:
    """What was given, without what may be a password, in at most 80 printable characters."""
    shown = text.rpartition("@")[2].partition("?")[0]
    return "".join(c if c.isprintable() else "?" for c in shown)[:80]
