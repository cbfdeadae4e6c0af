"""Older versions that are still used stay, whatever ``keepLatest`` says (contract 1.3)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from reconciler.desired.resource import RETIRED
from reconciler.diagnostic import Diagnostic, Severity
from reconciler.graph import Graph
from reconciler.kinds.registry import all_kinds
from reconciler.plan.uses import ENDED, loaded_on, mentions, uses

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from reconciler.desired.resource import DesiredState, Resource
    from reconciler.kinds.kind import Kind
    from reconciler.live.state import LiveState
    from reconciler.plan.uses import Use
    from reconciler.ref import ResourceRef


def without_used(desired: DesiredState, live: LiveState) -> DesiredState:
    """The state without the retired versions that something uses which does not leave itself: each
    of them a warning that says what."""
    known = all_kinds()
    used = uses(live, known)
    staying: dict[ResourceRef, str] = {}
    while fresh := dict(_used(desired, staying, live, known, used)):
        staying |= fresh
    if not staying:
        return desired
    resources = {ref: one for ref, one in desired.resources.items() if ref not in staying}
    edges = {
        ref: tuple(target for target in targets if target not in staying)
        for ref, targets in desired.graph.edges.items()
        if ref not in staying
    }
    said = [_said(desired.resources[ref], user) for ref, user in staying.items()]
    found = tuple(sorted((*desired.diagnostics, *said), key=lambda d: d.sort_key))
    return replace(desired, resources=resources, graph=Graph(edges), diagnostics=found)


def _used(
    desired: DesiredState,
    staying: Mapping[ResourceRef, str],
    live: LiveState,
    kinds: Mapping[str, Kind],
    used: Mapping[str, list[Use]],
) -> Iterator[tuple[ResourceRef, str]]:
    named = mentions(desired, kinds)
    going = {
        one.name for ref, one in desired.resources.items() if one.absent and ref not in staying
    }
    for ref, one in desired.resources.items():
        found = live.get(one.name)
        if found is None or one.leaving is None or one.leaving.code != RETIRED or ref in staying:
            continue
        kind = kinds[ref.kind]
        users = [f"{name} (loaded)" for name in loaded_on(found, kind)]
        users += [use.user.name for use in used.get(one.name, ()) if use.user.name not in going]
        users += named.get(one.name, ())
        if kind.runs_once and kind.readiness(found.state) not in ENDED:
            users.append(f"its own run ({found.state})")
        if users:
            yield ref, users[0]


def _said(one: Resource, user: str) -> Diagnostic:
    said = f"{one.name} is an older version beyond keepLatest, and stays: it is used by {user}"
    return Diagnostic(Severity.WARNING, "version-in-use", said, one.location, one.ref)
