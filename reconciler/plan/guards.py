"""What one change alone may not do: delete what is protected or in use, publish (contract 5)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from reconciler.diff.change import Action
from reconciler.diff.refusals import refusal
from reconciler.plan.uses import loaded_on, refers_to

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from reconciler.diagnostic import Diagnostic
    from reconciler.diff.change import Change
    from reconciler.kinds.kind import Kind
    from reconciler.live.state import LiveState
    from reconciler.plan.context import PlanContext
    from reconciler.plan.uses import Use
    from reconciler.ref import ResourceRef

DELETING = (Action.DELETE, Action.REPLACE)
SENDING = (Action.CREATE, Action.REPLACE, Action.REPAIR)
MISSING = "missing file"
"""What ``LocalFile.why_absent`` says of a pinned file that is not there."""

_NAME = ("metadata", "name")


@dataclass(frozen=True, slots=True)
class Facts:
    """What the guards look at. ``used`` maps full names to those that use them; ``waits`` says
    which changes come before a change; ``mentioned`` maps full names to the
    declared resources that name them."""

    changes: Mapping[ResourceRef, Change]
    live: LiveState
    kinds: Mapping[str, Kind]
    context: PlanContext
    used: Mapping[str, list[Use]]
    waits: Mapping[ResourceRef, tuple[ResourceRef, ...]]
    mentioned: Mapping[str, list[str]] = field(default_factory=dict)

    def kind(self, change: Change) -> Kind:
        return self.kinds[change.ref.kind]


def guards(change: Change, facts: Facts) -> Iterator[Diagnostic]:
    """Everything that forbids this change, whatever the others do."""
    if change.action in DELETING:
        yield from _protection(change, facts)
        yield from _in_use(change, facts)
    yield from _publication(change, facts)
    yield from _sendable(change)


def _protection(change: Change, facts: Facts) -> Iterator[Diagnostic]:
    if change.ref in facts.context.allow.deletes or not _protected(change, facts):
        return
    where = "a tombstone" if change.resource.pruned else change.resource.location.path
    own = f"lifecycle: {{preventDestroy: false}} in {where}"
    yield refusal(
        change.resource,
        "protected",
        f"{change.ref} is protected from deletion (lifecycle.preventDestroy)",
        _NAME,
        f"{own}, or --allow delete:{change.ref}",
    )


def _protected(change: Change, facts: Facts) -> bool:
    """The document itself decides, else the default of its kind."""
    said = change.resource.manifest.lifecycle.prevent_destroy
    return facts.kind(change).protected if said is None else said


def _in_use(change: Change, facts: Facts) -> Iterator[Diagnostic]:
    kind, live = facts.kind(change), change.live
    if live is None:
        return
    users = [f"{name} (loaded)" for name in loaded_on(live, kind)]
    uses = [use for use in facts.used.get(live.name, ()) if _stays(use, change, facts)]
    users += [f"{use.user.name} ({use.path})" for use in uses]
    users += facts.mentioned.get(live.name, ())
    if users:
        rest = f" and {len(users) - 3} more" if len(users) > 3 else ""
        said = f"{change.ref} is still used by {', '.join(users[:3])}{rest}"
        hint = "delete what uses it first, or wait until it has ended"
        yield refusal(change.resource, "in-use", said, _NAME, hint)
    unread = sorted(facts.live.incomplete.keys() & _may_use(kind, facts))
    if unread:
        said = f"who uses {change.ref} is not known: {', '.join(unread)} could not be read"
        yield refusal(change.resource, "in-use-unknown", said, _NAME, "plan again")


def _stays(use: Use, change: Change, facts: Facts) -> bool:
    """Whether a user is still one when this delete's turn comes: those it waits for let go."""
    before = (facts.changes[ref] for ref in facts.waits[change.ref])
    for other in before:
        if other.live is not None and other.live.name == use.user.name:
            return other.action is not Action.DELETE and not _lets_go(other, use)
    return True


def _lets_go(other: Change, use: Use) -> bool:
    top = use.path.partition(".")[0].partition("[")[0]
    return any(field.path.partition(".")[0].partition("[")[0] == top for field in other.fields)


def _may_use(kind: Kind, facts: Facts) -> set[str]:
    return {other.name for other in facts.kinds.values() if refers_to(other, kind)}


def _publication(change: Change, facts: Facts) -> Iterator[Diagnostic]:
    field = facts.kind(change).publishes
    if field is None or facts.context.policy.allow_public or not publishes(change, field):
        return
    yield refusal(
        change.resource,
        "public",
        f"spec.{field}: makes {change.ref} visible to everybody, and policy.allowPublic is false",
        ("spec", field),
        "policy: {allowPublic: true} in reconciler.yaml",
    )


def publishes(change: Change, field: str) -> bool:
    """Whether the change makes something public that is not."""
    if change.resource.spec.get(field) is not True:
        return False
    if change.action in (Action.CREATE, Action.RUN, Action.REPLACE):
        return True
    return any(changed.path == field for changed in change.fields)


def _sendable(change: Change) -> Iterator[Diagnostic]:
    """A pointer stands for its file in a plan (apply refuses to send it); a missing file stands
    only for bytes that the platform has already (contract 1.1)."""
    files = change.resource.files
    if files is None or change.action not in SENDING:
        return
    for file in files.files:
        if file.identity is None and file.why_absent == MISSING:
            said = f"spec.source: {file.key[:120]} is missing, and its bytes have to be sent"
            yield refusal(change.resource, "missing-file", said, ("spec", "source", "path"))
