"""The plan's own comparison, asked again right before acting: one idea of *equal* for both."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from reconciler.desired.resource import Resource
    from reconciler.diff.change import FieldChange
    from reconciler.live.state import LiveResource


def compare_live(resource: Resource, live: LiveResource) -> tuple[FieldChange, ...]:
    """The fields that the manifest sets and in which ``live`` differs."""
    from reconciler.diff.compare import compare

    return compare(resource, live)
