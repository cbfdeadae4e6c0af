"""What is not in the account: made now, by a job of the project, or not at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.desired.rules import rule_index
from reconciler.diagnostic import Severity
from reconciler.diff.change import Action, Change, FieldChange, Reason
from reconciler.diff.compare import differences
from reconciler.diff.places import called, key_names, older_versions, others_in_place
from reconciler.diff.present import elsewhere
from reconciler.diff.refusals import missing_references, refusal, shown
from reconciler.diff.same import is_zero
from reconciler.kinds.field_rule import FieldClass
from reconciler.live.state import Accepted, Rejected

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reconciler.desired.resource import Resource
    from reconciler.diagnostic import Diagnostic
    from reconciler.diff.look import Look
    from reconciler.kinds.kind import Kind
    from reconciler.live.state import LiveResource
    from reconciler.ref import ResourceRef

TO_BE_MADE = "to-be-made"
"""The reason's code of a resource that a job of the project makes first."""


def not_there(resource: Resource, look: Look) -> Change:
    """The change of a resource whose record is not there."""
    if elsewhere(resource, look):
        return _made_elsewhere(resource, look)
    refused = (*missing_references(resource, look), *_rejected(resource, look))
    making = _making(resource, look)
    return Change(
        resource,
        Action.RUN if look.kind(resource).paid else Action.CREATE,
        Reason("never-run" if look.kind(resource).paid else "not-there", _why(resource, look)),
        refusals=(*refused, *(said for said in making if said.severity is Severity.ERROR)),
        warnings=(
            *_made_otherwise(resource, look),
            *(said for said in making if said.severity is not Severity.ERROR),
        ),
    )


def _why(resource: Resource, look: Look) -> str:
    kind = look.kind(resource)
    manners, displaced = kind.manners, others_in_place(resource, look)
    if displaced and manners.displaces is not None:
        names = ", ".join(called(other, kind) for other in displaced[:3])
        ours = f"{key_names(resource.spec, kind)} takes the place of {names}"
        return f"{ours}: {manners.displaces.parameter} removes what is there"
    text = "does not run" if kind.paid else "is not in the account"
    if manners.vanishes:
        text += f": never made, or {manners.vanishes}"
    if manners.billing:
        text += f"; costs {manners.billing}"
    return text


def _making(resource: Resource, look: Look) -> tuple[Diagnostic, ...]:
    return (*_contested(resource, look), *_older(resource, look))


def _contested(resource: Resource, look: Look) -> Iterator[Diagnostic]:
    """Two manifests that take each other's place would do so for ever."""
    displaces = look.kind(resource).manners.displaces
    others = others_in_place(resource, look)
    if displaces is None or not others:
        return  # nearly every resource: those of its kind are looked through for the few alone
    wanted = {
        live.name: other.ref
        for other in look.desired.resources.values()
        if other.ref.kind == resource.ref.kind and not other.absent
        if (live := look.find(other)) is not None
    }
    for live in others:
        if live.name in wanted:
            yield refusal(
                resource,
                "displaces-declared",
                f"spec.{displaces.parameter}: it would take the place of {wanted[live.name]},"
                " which is declared too",
                ("spec", displaces.parameter),
                f"remove one of the two, or {displaces.parameter}",
            )


def _older(resource: Resource, look: Look) -> Iterator[Diagnostic]:
    """An older version stays until somebody asks for its removal (contract 1.4)."""
    for live, path in older_versions(resource, look):
        old = str(live.body.get(path)).rpartition("/")[2]
        yield refusal(
            resource,
            "older-version-stays",
            f"spec.{path}: {old}, an older version by its name, stays beside it as {live.id}:"
            " no manifest declares it",
            ("spec", path),
            f"to remove it, declare it with metadata.state: absent and spec.{path}: {old}",
            Severity.WARNING,
        )


def _rejected(resource: Resource, look: Look) -> Iterator[Diagnostic]:
    """What the platform's own dry run says against it."""
    verdict = look.live.rehearsals.get(resource.ref)
    if isinstance(verdict, Rejected):
        said = f"the platform would refuse it: {verdict.why}"
        yield refusal(resource, "refused-by-platform", said, ("spec",))


def _made_otherwise(resource: Resource, look: Look) -> Iterator[Diagnostic]:
    """Where the dry run shows other values than the manifest's, the next plan would differ."""
    verdict = look.live.rehearsals.get(resource.ref)
    if not isinstance(verdict, Accepted):
        return
    for found in differences(resource, verdict.live):
        path, change = found.change.path, found.change
        said = f"the platform would set {shown(change.before)} instead of {shown(change.after)}"
        yield refusal(
            resource,
            "made-otherwise",
            f"spec.{path}: {said}",
            ("spec", path.partition(".")[0].partition("[")[0]),
            severity=Severity.WARNING,
        )


def id_held(resource: Resource, live: LiveResource, look: Look) -> Change:
    """A record that was deleted and still holds the id: nothing is brought back unasked."""
    until = live.body.get("purgeTime")
    when = f" until {until}" if isinstance(until, str) and until else " for a while"
    text = f"was deleted ({live.state}), and its record still holds the id{when}"
    if resource.absent:
        return Change(resource, Action.NONE, Reason("already-gone", text), live)
    action = Action.RUN if look.kind(resource).paid else Action.CREATE
    hint = (
        f"undelete it on the platform, or choose another metadata.name, or --replace {resource.ref}"
        " (purges the record and recreates it)"
    )
    said = refusal(resource, "id-held", f"{resource.name} {text}", hint=hint)
    return Change(resource, action, Reason("id-held", text), live, refusals=(said,))


def _made_elsewhere(resource: Resource, look: Look) -> Change:
    """Without bytes of its own it must come from a job of the project; what the manifest sets is
    then applied when it is there."""
    maker = look.maker(resource)
    if maker is None:
        said = refusal(
            resource,
            "nothing-makes-it",
            f"{resource.name} does not exist, and without spec.source nothing would make it",
            hint="add spec.source, or name it as the output model of a job",
        )
        reason = Reason("not-there", "is not in the account")
        return Change(resource, Action.CREATE, reason, refusals=(said,))
    fields = tuple(_to_set(resource, look.kind(resource), maker.ref))
    if not fields:
        return Change(resource, Action.NONE, Reason(TO_BE_MADE, f"{maker.ref} makes it"))
    reason = Reason(TO_BE_MADE, f"{maker.ref} makes it; then the manifest's fields are set")
    return Change(resource, Action.UPDATE, reason, None, fields)


def _to_set(resource: Resource, kind: Kind, maker: ResourceRef) -> list[FieldChange]:
    """What the manifest sets; what the job will have set before that, nobody can know."""
    rules = rule_index(kind)
    found = ((key, value, rules.rule(key)) for key, value in resource.spec.items())
    mutable = (FieldClass.MUTABLE, FieldClass.UNPROVED)
    return [
        FieldChange(key, None, value, rule.reason, maker)
        for key, value, rule in found
        if rule is not None and rule.field_class in mutable and not is_zero(value)
    ]
