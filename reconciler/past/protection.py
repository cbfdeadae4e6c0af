"""The protection of a resource that a silent tombstone removes: that of the last revision which
declared it (contract section 5). What cannot be read counts as protected."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from reconciler.diagnostic import Diagnostic, Severity
from reconciler.diff.look import Look
from reconciler.errors import ReconcilerError
from reconciler.git.command import git
from reconciler.git.commits import has_all_commits, is_partial
from reconciler.kinds.registry import all_kinds
from reconciler.past.objects import GitObjects
from reconciler.past.proof import Search
from reconciler.past.ready import WHOLE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from reconciler.desired.resource import DesiredState, Resource
    from reconciler.live.state import LiveResource, LiveState
    from reconciler.past.history import History
    from reconciler.ref import ResourceRef


def with_protection(desired: DesiredState, live: LiveState, history: History) -> DesiredState:
    """The state in which every tombstone that says nothing itself, and has something to delete,
    says what ``preventDestroy`` was; one that no commit declared stays silent. A warning for each
    that is protected only because history is not all there."""
    look = Look(desired, live, all_kinds())
    silent = dict(_silent(desired, look))
    if not silent:
        return desired
    known = _last_said({one.name: one for one in silent.values()}, desired.account, history)
    resources, said = dict(desired.resources), []
    for ref, one in silent.items():
        if one.name in known:
            resources[ref] = _saying(resources[ref], known[one.name])
        else:
            resources[ref] = _saying(resources[ref], True)
            said.append(_unknown(resources[ref]))
    found = tuple(sorted((*desired.diagnostics, *said), key=lambda d: d.sort_key))
    return replace(desired, resources=resources, diagnostics=found)


def _unknown(resource: Resource) -> Diagnostic:
    said = "this checkout lacks history that may protect it: it counts as protected"
    place = (resource.location, resource.ref, WHOLE)
    return Diagnostic(Severity.WARNING, "unknown-protection", said, *place)


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
    """By full name: what the last revision said, None where none declared it; nothing where a
    revision that is not here may have said otherwise. The newest of a shallow clone need not be the
    last: what was merged after it may be cut off."""
    found: dict[str, bool | None] = {}
    if not has_all_commits(history.root):
        return found
    try:
        # A name for a commit that is lost is not nothing: to read from there fails.
        if git(history.root, "rev-parse", "--verify", "-q", history.head) is not None:
            for where in _scopes(history):
                left = {name: one for name, one in wanted.items() if name not in found}
                found |= _searched(left, account, where)
    except ReconcilerError:
        return {}
    return found if is_partial(history.root) else {**dict.fromkeys(wanted), **found}


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
