"""The header that says who asks: the only place where a credential is made visible."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from reconciler.api.secret import Secret


def authorization(secret: Secret) -> dict[str, str]:
    """The header with the value itself."""
    return {"Authorization": f"Bearer {secret.reveal()}"}
