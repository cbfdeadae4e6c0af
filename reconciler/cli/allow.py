"""``--allow delete:Kind/name`` and ``--allow spend:USD``: narrow consent, never a force switch."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.errors import UsageError
from reconciler.plan.build import Allow
from reconciler.ref import ResourceRef

if TYPE_CHECKING:
    from collections.abc import Iterable

HINT = "use --allow delete:Kind/name or --allow spend:USD"


def parse_allow(texts: Iterable[str]) -> Allow:
    """Read every ``--allow``; raises UsageError for anything else than the two forms."""
    deletes: set[ResourceRef] = set()
    spend: float | None = None
    for text in texts:
        what, _, value = text.partition(":")
        try:
            if what == "delete":
                deletes.add(ResourceRef.parse(value))
            elif what == "spend":
                spend = _dollars(value)
            else:
                raise ValueError
        except ValueError:
            raise UsageError(f'--allow: cannot read "{text}"', HINT) from None
    return Allow(deletes=frozenset(deletes), spend_usd=spend)


def _dollars(text: str) -> float:
    amount = float(text)
    if not 0 <= amount < float("inf"):
        raise ValueError
    return amount
