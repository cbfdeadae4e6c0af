"""The protection of a resource that a silent tombstone removes: that of the last revision which
declared it (contract section 5). What cannot be read counts as protected."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from reconciler.diff.look import Look
from reconciler.errors import ReconcilerError
from reconciler.git import git, history_is_whole
from reconciler.kinds.registry import all_kinds
from reconciler.past.objects import GitObjects
from reconciler.past.proof import Search

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from reconciler.desired.resource import DesiredState, Resource
    from reconciler.live.state import LiveResource, LiveState
    from reconciler.past.history import History
    from reconciler.ref import ResourceRef


def with_protection(desired: DesiredState, live: LiveState, history: History) -> DesiredState:
    """The state in which every tombstone that says nothing itself, and has something to delete,
    says what ``preventDestroy`` was; one that no commit declared stays silent."""
    look = Look(desired, live, all_kinds())
    silent = dict(_silent(desired, look))
    if not silent:
        return desired
    known = _last_said({one.name: one for one in silent.values()}, desired.account, history)
    resources = dict(desired.resources)
    for ref, one in silent.items():
        resources[ref] = _saying(resources[ref], known.get(one.name))
    return replace(desired, resources=resources)


def _silent(desired: DesiredState, look: Look) -> Iterator[tuple[ResourceRef, LiveResource]]:
    for ref, one in desired.resources.items():
        silent = one.absent and one.manifest.lifecycle.prevent_destroy is None
        if silent and one.leaving is None and (live := look.find(one)) is not None:
            yield ref, live


def _saying(resource: Resource, protected: bool | None) -> Resource:
    lifecycle = replace(resource.manifest.lifecycle, prevent_destroy=protected)
    return replace(resource, manifest=replace(resource.manifest, lifecycle=lifecycle))


def _last_said(
    wanted: Mapping[str, LiveResource], account: str, history: History
) -> dict[str, bool | None]:
    """By full name: what the last revision said, if one declared it."""
    found: dict[str, bool | None] = {}
    try:
        # A name for a commit that is lost is not nothing: to read from there fails.
        if git(history.root, "rev-parse", "--verify", "-q", history.head) is not None:
            for where in _scopes(history):
                left = {name: one for name, one in wanted.items() if name not in found}
                found |= _searched(left, account, where)
        whole = history_is_whole(history.root)
    except ReconcilerError:
        whole = False
    return found if whole else {**dict.fromkeys(wanted, True), **found}


def _scopes(history: History) -> tuple[History, ...]:
    """All of the project first: a resource may have been declared beside the paths given."""
    return (replace(history, paths=()), history) if history.paths else (history,)


def _searched(
    wanted: Mapping[str, LiveResource], account: str, history: History
) -> dict[str, bool | None]:
    with GitObjects(history.root) as objects:
        search = Search(wanted, account, all_kinds(), objects, history.cwd)
        proofs = search.through(history)
    said = {name: proof.protected for name, proof in proofs.items() if name not in search.open}
    return {**{name: True for name in search.open if search.is_doubtful(name)}, **said}
