"""What is there and does not run: equal, changed in place, fixed, or half uploaded."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from reconciler.diff.change import Action, Change, Reason
from reconciler.diff.compare import differences
from reconciler.diff.content import file_verdicts, source_difference, with_content
from reconciler.diff.refusals import IMMUTABLE_CHANGED, immutable, missing_references, refusal

if TYPE_CHECKING:
    from reconciler.desired.resource import Resource
    from reconciler.diagnostic import Diagnostic
    from reconciler.diff.compare import Difference
    from reconciler.diff.look import Look
    from reconciler.live.state import LiveResource

EQUAL = Reason("equal", "matches the manifest")


def present(resource: Resource, live: LiveResource, look: Look) -> Change:
    """The change of a resource whose record is there; its bytes count as a field."""
    content = file_verdicts(resource, live, look)
    found = differences(resource, live)
    change = _present(resource, live, look, (*found, *source_difference(resource, content)))
    return with_content(change, content) if content else change


def _present(
    resource: Resource, live: LiveResource, look: Look, found: tuple[Difference, ...]
) -> Change:
    if resource.ref in look.replace:
        return _asked(resource, live, look, found)
    fixed = [d for d in found if not d.in_place or not look.kind(resource).has_update]
    fields = tuple(d.change for d in found)
    if fixed:
        refused = immutable(resource, look.kind(resource), fixed)
        reason = Reason(IMMUTABLE_CHANGED, f"{_names(fixed)} cannot be changed in place")
        return Change(resource, Action.UPDATE, reason, live, fields, refused)
    rule = look.kind(resource).content
    if rule is not None and live.state == rule.uploading_state:
        return replace(_half_uploaded(resource, live, look), fields=fields)
    if not found:
        return Change(resource, Action.NONE, EQUAL, live)
    reason = Reason("fields-changed", f"{_names(found)} differs from the manifest")
    refused = _changed_references(resource, found, look)
    return Change(resource, Action.UPDATE, reason, live, fields, refused)


def _asked(
    resource: Resource, live: LiveResource, look: Look, found: tuple[Difference, ...]
) -> Change:
    """``--replace``: the one wish that makes something again under the same id."""
    refused = list(missing_references(resource, look))
    if elsewhere(resource, look):
        said = "cannot be recreated from the manifest: it has no spec.source"
        refused.append(refusal(resource, "made-elsewhere", said))
    reason = Reason("replace-asked", "--replace asks to delete and recreate it")
    fields = tuple(d.change for d in found)
    return Change(resource, Action.REPLACE, reason, live, fields, tuple(refused))


def elsewhere(resource: Resource, look: Look) -> bool:
    """Whether the resource is made by something else than this project's files."""
    rule = look.kind(resource).content
    return rule is not None and rule.needs_source and resource.files is None


def _half_uploaded(resource: Resource, live: LiveResource, look: Look) -> Change:
    maker = look.maker(resource)
    if maker is not None:
        reason = Reason("being-made", f"{maker.ref} is writing it")
        return Change(resource, Action.NONE, reason, live)
    if resource.files is not None:
        reason = Reason("upload-interrupted", f"is {live.state}: its upload was never finished")
    else:
        reason = Reason("not-validated", f"is {live.state}: its bytes came from elsewhere")
    return Change(resource, Action.REPAIR, reason, live)


def _changed_references(
    resource: Resource, found: tuple[Difference, ...], look: Look
) -> tuple[Diagnostic, ...]:
    """A reference that is gone matters only where it is about to be sent."""
    paths = {f"spec.{d.change.path}:" for d in found}
    gone = missing_references(resource, look)
    return tuple(said for said in gone if said.message.partition(" ")[0] in paths)


def _names(found: tuple[Difference, ...] | list[Difference]) -> str:
    return ", ".join(d.change.path for d in found)
