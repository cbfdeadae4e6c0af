"""What has to be read of the account before a plan can be made: nothing that nobody asks about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.kinds.kind import OUTPUT_KIND

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reconciler.desired.resource import DesiredState
    from reconciler.kinds.kind import Kind
    from reconciler.ref import ResourceRef

NO_REFS: frozenset[ResourceRef] = frozenset()


def kinds_to_list(
    desired: DesiredState, kinds: Mapping[str, Kind], remade: frozenset[ResourceRef] = NO_REFS
) -> tuple[Kind, ...]:
    """The collections to list: those of the resources, of what jobs make, and, where something is
    to be deleted or made again (``remade``), of everything that may still use it."""
    declared = {ref.kind for ref in desired.resources}
    if any(resource.output_model for resource in desired.resources.values()):
        declared.add(OUTPUT_KIND)
    leaving = {ref.kind for ref in _leaving(desired, remade)}
    return tuple(
        kind
        for name, kind in kinds.items()
        if name in declared or leaving & {k for r in kind.references for k in r.kinds}
    )


def names_to_read(
    desired: DesiredState, kinds: Mapping[str, Kind], remade: frozenset[ResourceRef] = NO_REFS
) -> tuple[tuple[Kind, str], ...]:
    """(kind, full name) of what has to be read by itself: lists do not tell who uses it."""
    return tuple(
        (kinds[ref.kind], desired.resources[ref].name)
        for ref in _leaving(desired, remade)
        if kinds[ref.kind].used_by and desired.resources[ref].name
    )


def _leaving(desired: DesiredState, remade: frozenset[ResourceRef]) -> list[ResourceRef]:
    return [ref for ref, wanted in desired.resources.items() if wanted.absent or ref in remade]
