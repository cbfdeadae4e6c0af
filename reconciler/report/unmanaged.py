"""What is live and no manifest declares, older versions of what one does told apart."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from reconciler.plan.plan import Plan


def unmanaged_text(plan: Plan) -> str:
    """``unmanaged live resources 14 (older versions by name: 3)``."""
    older = f" (older versions by name: {plan.older_versions:,})"
    return f"unmanaged live resources {plan.unmanaged:,}" + older * bool(plan.older_versions)


def unmanaged_document(plan: Plan) -> dict[str, Any]:
    """The same in JSON."""
    return {"count": plan.unmanaged, "older_versions": plan.older_versions}
