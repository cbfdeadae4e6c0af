"""Two states to changes: for every resource of the project one action with its reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.desired.resource import Leaving
from reconciler.diagnostic import Severity
from reconciler.diff.causes import with_causes
from reconciler.diff.change import Action, Change, Reason
from reconciler.diff.jobs import SHOWN_OF_STATUS, has_run, not_seen
from reconciler.diff.look import Look
from reconciler.diff.not_there import TO_BE_MADE as TO_BE_MADE
from reconciler.diff.not_there import id_held, not_there
from reconciler.diff.present import present
from reconciler.diff.refusals import again, refusal
from reconciler.kinds.kind import Readiness
from reconciler.kinds.registry import all_kinds
from reconciler.live.said import status_message

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reconciler.desired.resource import DesiredState, Resource
    from reconciler.live.state import LiveResource, LiveState
    from reconciler.manifest.row_change import RowChange
    from reconciler.ref import ResourceRef

NOT_READ = "not-read"
"""The reason's code of a change that is none because a list could not be read."""

WARNING = Severity.WARNING


def diff(
    desired: DesiredState,
    live: LiveState,
    replace: frozenset[ResourceRef] = frozenset(),
    *,
    rows: Mapping[ResourceRef, RowChange] | None = None,
) -> tuple[Change, ...]:
    """One Change for each desired resource, in their order; unchanged ones have Action.NONE.

    ``replace`` are the refs that the user asked to delete and make again; ``rows`` how the rows of
    files differ from the version in git: they only explain.
    """
    look = Look(desired, live, all_kinds(), replace)
    changes = [_change(resource, look) for resource in desired.resources.values()]
    return with_causes(changes, live, look.kinds, rows or {})


def _change(resource: Resource, look: Look) -> Change:
    found = look.find(resource)
    unread = look.unread(resource, found)
    if unread is not None:
        text = f"not planned: the account could not be read completely ({unread})"
        return Change(resource, Action.NONE, Reason(NOT_READ, text), found)
    if found is not None and (hands_off := _hands_off(resource, found, look)) is not None:
        return hands_off
    if resource.absent:
        return _tombstone(resource, found, look)
    if look.kind(resource).runs_once:
        return has_run(resource, found, look) if found else not_seen(resource, look)
    return present(resource, found, look) if found else not_there(resource, look)


def _hands_off(resource: Resource, live: LiveResource, look: Look) -> Change | None:
    """A state in which nothing is done: being deleted, or one that nobody knows yet (R11)."""
    readiness = look.kind(resource).readiness(live.state)
    if readiness is Readiness.DELETED and resource.ref not in look.replace:
        return id_held(resource, live, look)
    if readiness is Readiness.FAILED:
        return _failed(resource, live, look)
    if readiness is Readiness.VANISHING:
        text = f"is being deleted ({live.state})"
        code, hint = "vanishing", "plan again when it is gone"
    elif readiness is Readiness.UNKNOWN:
        text = (
            f'is in a state that this version does not know ("{live.state[:60]}"): nothing is done'
        )
        code, hint = (
            "unknown-state",
            "look at it on the platform; a newer version may know the state",
        )
    else:
        return None
    if resource.absent and readiness is Readiness.VANISHING:
        return Change(resource, Action.NONE, Reason("already-going", text), live)
    warning = refusal(resource, code, text, hint=hint, severity=Severity.WARNING)
    return Change(resource, Action.NONE, Reason(code, text), live, warnings=(warning,))


def _failed(resource: Resource, live: LiveResource, look: Look) -> Change | None:
    """What has failed is left alone until somebody asks for another; a job has its own words."""
    kind = look.kind(resource)
    if resource.absent or kind.runs_once or resource.ref in look.replace:
        return None
    message = status_message(live, SHOWN_OF_STATUS)
    text = f"has failed ({live.state}{': ' if message else ''}{message})"
    warning = refusal(resource, "failed", text, hint=again(resource, kind), severity=WARNING)
    return Change(resource, Action.NONE, Reason("failed", text), live, warnings=(warning,))


def _tombstone(resource: Resource, live: LiveResource | None, look: Look) -> Change:
    if live is None:
        return Change(resource, Action.NONE, Reason("already-gone", "is already gone"))
    kind = look.kind(resource)
    why = resource.leaving or Leaving("tombstone", "metadata.state is absent")
    text = why.text
    if kind.content is not None:
        text += ": its content cannot be restored from the platform"
    elif kind.output_model:
        text += ": the record goes, the model that it made stays"
    return Change(resource, Action.DELETE, Reason(why.code, text), live)
