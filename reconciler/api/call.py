"""One call of the control plane as a value, with how safe it is to send again."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Any

from reconciler.api.paths import template

if TYPE_CHECKING:
    from collections.abc import Mapping


class Safety(Enum):
    """What may be done when an answer did not arrive (fact sheet, appendix B)."""

    READ = "read"  # send again
    REPEATABLE = "repeatable"  # a write with the same end however often: send again
    ONCE = "once"  # never again by itself: whoever called reads and decides


@dataclass(frozen=True, slots=True)
class Call:
    """``query`` and ``body`` as sent; ``seconds`` limits one try (None: as the policy says).

    ``throttled_tries``: how often it is sent in all when 429 names no time to wait
    (None: as often as any other call). ``tries``: how often in all when no usable answer comes.
    """

    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    body: Mapping[str, Any] | None = None
    safety: Safety = Safety.READ
    seconds: float | None = None
    throttled_tries: int | None = None
    tries: int | None = None

    @property
    def template(self) -> str:
        """The path with placeholders for ids: what messages show."""
        return template(self.path)
