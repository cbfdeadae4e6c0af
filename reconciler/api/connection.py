"""Where the platform is and who asks: base URL, account, key."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from reconciler.api.secret import Secret
from reconciler.base_url import is_loopback, normalise_base_url
from reconciler.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping


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


def _require_header_value(key: Secret) -> None:
    """A line break would end the header early, and so let a paste write headers of its own."""
    if not key.fits_header():
        raise UsageError(
            "the API key is empty, or holds a space, a line break or a letter beyond ASCII",
            "set FIREWORKS_API_KEY again: it looks like a broken paste",
        )
