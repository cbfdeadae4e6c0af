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
    going = {ref.kind for ref in leaving(desired, remade)}
    return tuple(
        kind
        for name, kind in kinds.items()
        if name in declared or going & {k for r in kind.references for k in r.kinds}
    )


def leaving(
    desired: DesiredState, remade: frozenset[ResourceRef] = NO_REFS
) -> tuple[ResourceRef, ...]:
    """What is to be deleted or made again. A list says too little of it: who uses it, and whether
    it is still there, for lists lag behind deletes too."""
    known = desired.resources.items()
    return tuple(ref for ref, wanted in known if wanted.absent or ref in remade)
