"""What cannot go on because of something it depends on: told once, at the first cause."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.diff.change import Action
from reconciler.diff.diff import NOT_READ, TO_BE_MADE
from reconciler.diff.refusals import again, attempt, refusal
from reconciler.kinds.kind import OUTPUT_KIND, Readiness

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from reconciler.diagnostic import Diagnostic
    from reconciler.diff.change import Change
    from reconciler.plan.guards import Facts
    from reconciler.ref import ResourceRef


def blocked(
    order: tuple[ResourceRef, ...], found: Mapping[ResourceRef, list[Diagnostic]], facts: Facts
) -> Iterator[tuple[ResourceRef, Diagnostic]]:
    """Each change that waits for something that will not come. ``order`` has dependencies first;
    ``found`` are the refusals known so far."""
    unusable: dict[ResourceRef, str] = {}
    for ref in order:
        change = facts.changes[ref]
        causes = [why for need in facts.waits[ref] if (why := unusable.get(need))]
        own = _own(change, found[ref], facts)
        if own:
            unusable[ref] = f"{ref}, which {own}"
        elif causes and _passes_on(change):
            unusable[ref] = causes[0]
            if change.action is not Action.NONE:
                said = f"waits for {causes[0]}"
                yield ref, refusal(change.resource, "blocked-dependency", said)


def _own(change: Change, refusals: list[Diagnostic], facts: Facts) -> str:
    """Why nothing can build on this resource, "" when something can."""
    if refusals:
        return "is refused"
    if change.reason.code == NOT_READ:
        return "could not be read"
    if change.drift is not None and change.action is not Action.REPLACE:
        return f"does not hold the declared bytes any more: --replace {change.ref}"
    live = change.live
    if live is None or change.resource.absent:
        return ""
    readiness = facts.kind(change).readiness(live.state)
    if readiness is Readiness.VANISHING:
        return "is being deleted"
    if readiness is Readiness.FAILED and change.action is Action.NONE:
        return f"has failed: {again(change.resource, facts.kind(change))}"
    return _output_gone(change, readiness, facts)


def _output_gone(change: Change, readiness: Readiness, facts: Facts) -> str:
    model = change.resource.output_model
    if readiness is not Readiness.READY or model is None or OUTPUT_KIND in facts.live.incomplete:
        return ""
    if facts.live.get(model) is not None:
        return ""
    return f"has run, but its output model {model} is gone: {attempt(change.resource)}"


def _passes_on(change: Change) -> bool:
    """An unchanged resource is there whatever became of its inputs; one to be made is not."""
    return change.action is not Action.NONE or change.reason.code == TO_BE_MADE
