"""Which creates the platform can be asked to try without doing them, and what its answers mean."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.desired.fields import find
from reconciler.diagnostic import Diagnostic, Severity
from reconciler.errors import AlreadyExists, FailedPrecondition, InvalidArgument
from reconciler.kinds.kind import Readiness
from reconciler.live.state import Accepted, LiveResource, Rehearsal, Rejected

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from reconciler.desired.resource import DesiredState, Resource
    from reconciler.errors import ApiError
    from reconciler.kinds.kind import Kind
    from reconciler.live.state import LiveState

VERDICTS = (AlreadyExists, FailedPrecondition, InvalidArgument)
"""Answers about the request itself; any other is about the key, the line or the hour."""


def to_rehearse(
    desired: DesiredState, live: LiveState, kinds: Mapping[str, Kind]
) -> Iterator[tuple[Kind, Resource]]:
    """Resources to be created whose kind has a dry run, and whose references can all be used now:
    of one that waits for another the platform could say nothing but that it is not there."""
    for ref, resource in desired.resources.items():
        kind = kinds[ref.kind]
        if not kind.manners.dry_run or resource.absent or ref.kind in live.incomplete:
            continue
        if live.get(resource.name) is None and all(_usable(resource, desired, live, kinds)):
            yield kind, resource


def _usable(
    resource: Resource, desired: DesiredState, live: LiveState, kinds: Mapping[str, Kind]
) -> Iterator[bool]:
    references = kinds[resource.ref.kind].references
    names = {value for r in references for _, value in find(resource.spec, r.path)}
    yield from (live.external[name] is not None for name in names if name in live.external)
    for ref in resource.depends_on:
        need = desired.resources[ref]
        found = live.get(need.output_model or need.name)
        yield found is not None and kinds[found.kind].readiness(found.state) is Readiness.READY


def judged(answer: LiveResource | ApiError) -> Rehearsal | None:
    """What an answer says of the create; None when it says nothing of it."""
    if isinstance(answer, LiveResource):
        return Accepted(answer)
    return Rejected(answer.message) if isinstance(answer, VERDICTS) else None


def not_rehearsed(resource: Resource, error: ApiError) -> Diagnostic:
    """A warning: the plan is as good without, only less certain."""
    message = f"the platform's own dry run was not possible: {error.message}"
    where = resource.location
    return Diagnostic(Severity.WARNING, "not-rehearsed", message, where, resource.ref, error.hint)
