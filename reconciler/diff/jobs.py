"""What runs once: a job that exists in any state, or whose model exists, has run (contract 4.3)."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from reconciler.diff.change import Action, Change, Reason
from reconciler.diff.compare import differences
from reconciler.diff.refusals import (
    IMMUTABLE_CHANGED,
    attempt,
    immutable,
    missing_references,
    refusal,
)
from reconciler.kinds.kind import MADE_BY, Readiness
from reconciler.live.said import cause, status_message

if TYPE_CHECKING:
    from reconciler.desired.resource import Resource
    from reconciler.diagnostic import Diagnostic
    from reconciler.diff.compare import Difference
    from reconciler.diff.look import Look
    from reconciler.kinds.kind import Kind
    from reconciler.live.state import LiveResource

SHOWN_OF_STATUS = 200  # characters of the server's own words
WORDS = {
    Readiness.READY: "has run",
    Readiness.PENDING: "is running",
    Readiness.HALTED: "is paused and may resume by itself",
    Readiness.FAILED: "has run and failed",
}


def has_run(resource: Resource, live: LiveResource, look: Look) -> Change:
    """A job whose record is there: never created again, whatever its state."""
    kind = look.kind(resource)
    found = _ours(resource, live, kind)
    fields = tuple(d.change for d in found)
    if found:
        refused = immutable(resource, kind, found)
        reason = Reason(IMMUTABLE_CHANGED, "has run with values other than the manifest's")
        return Change(resource, Action.UPDATE, reason, live, fields, refused)
    refused = ()
    if resource.ref in look.replace:
        said = f"a job is not replaced: {attempt(resource)}"
        refused = (refusal(resource, "job-replaced", said),)
    return Change(resource, Action.NONE, _standing(resource, live, kind), live, (), refused)


def _ours(resource: Resource, live: LiveResource, kind: Kind) -> tuple[Difference, ...]:
    """What differs. Where the server named the job itself it may have named the model too."""
    found = differences(resource, live)
    if live.name == resource.name:
        return found
    return tuple(d for d in found if d.change.path != kind.output_model)


def not_seen(resource: Resource, look: Look) -> Change:
    """No record of the job: it runs now, unless its model shows that it ran, or is in the way."""
    model = look.live.get(resource.output_model) if resource.output_model else None
    if model is None:
        reason = Reason("never-run", "has not run yet")
        refused = tuple(missing_references(resource, look))
        return Change(resource, Action.RUN, reason, None, (), refused)
    if _made(resource, model, look.kind(resource)):
        text = f"has run: its record is gone, but {model.name} names it as its maker"
        return Change(resource, Action.NONE, Reason("has-run", text))
    return Change(
        resource,
        Action.RUN,
        Reason("never-run", "has not run yet, but the model that it would make already exists"),
        refusals=(_taken(resource, model, look.kind(resource)),),
    )


def _standing(resource: Resource, live: LiveResource, kind: Kind) -> Reason:
    readiness = kind.readiness(live.state)
    message = status_message(live, SHOWN_OF_STATUS)
    if readiness is Readiness.READY and not message:
        return _ended_well(live.state)  # the most common of all
    text = f"{WORDS[readiness]} ({live.state}{': ' if message else ''}{message})"
    if readiness is Readiness.FAILED:
        text += "".join(f"; {more}" for more in (cause(live), attempt(resource)) if more)
    return Reason("has-run", text)


@cache
def _ended_well(state: str) -> Reason:
    return Reason("has-run", f"{WORDS[Readiness.READY]} ({state})")


def _made(resource: Resource, model: LiveResource, kind: Kind) -> bool:
    """Whether the model names this job as its maker; where the server may have named the job,
    any job of its collection, for the model bears the name that we chose."""
    maker = model.body.get(MADE_BY)
    if not isinstance(maker, str) or not maker:
        return False
    if maker in (resource.name, resource.id):
        return True
    return bool(kind.match) and maker.rpartition("/")[0] == resource.name.rpartition("/")[0]


def _taken(resource: Resource, model: LiveResource, kind: Kind) -> Diagnostic:
    maker = model.body.get(MADE_BY)
    by = f", made by {maker}" if maker else ""
    place = ("spec", *(kind.output_model or "").split("."))
    return refusal(
        resource,
        "output-model-exists",
        f"spec.{kind.output_model}: {model.name} already exists{by}; an output model must be new",
        place,
        f"choose another {kind.output_model} or metadata.name; to use that model, remove this job",
    )
