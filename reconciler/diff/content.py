"""What stored bytes that are not the declared ones mean: another source, or bytes that were lost.

An edited file and a damaged object look alike without history. Two things tell them apart: an id
that follows the content names the very bytes it was made for, so others under it are *drift*; and
a pin says which bytes are declared, which makes it drift too, unless the pin itself was edited: of
that the plan is refused as of any changed source (docs/content-truth.md).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from reconciler.desired.identity import by_content
from reconciler.diagnostic import Severity
from reconciler.diff.change import Action, Change, Drift, FieldChange, Reason
from reconciler.diff.compare import Difference
from reconciler.diff.refusals import IMMUTABLE_CHANGED, refusal
from reconciler.kinds.field_rule import FieldClass
from reconciler.live.verdicts import DIFFERENT, SOURCE, Verdict, checkable, differs, verdicts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reconciler.desired.resource import Resource
    from reconciler.diagnostic import Diagnostic
    from reconciler.diff.look import Look
    from reconciler.live.state import LiveResource, StoredFile
    from reconciler.live.verdicts import FileVerdict
    from reconciler.manifest.file_set import LocalFile

FIXED = "uploaded bytes cannot be changed in place"
_PLACE = ("spec", SOURCE)


def file_verdicts(resource: Resource, live: LiveResource, look: Look) -> tuple[FileVerdict, ...]:
    """A verdict for each file of the source; none where there is nothing to compare."""
    kind = look.kind(resource)
    if resource.files is None or not checkable(resource, live, kind):
        return ()
    return verdicts(resource.files, look.live.content.get(live.name), kind)


def source_difference(resource: Resource, found: Sequence[FileVerdict]) -> tuple[Difference, ...]:
    """Changed bytes as a changed immutable field; the id by content says that they are not."""
    if not differs(found) or by_content(resource.manifest):
        return ()
    wrong = [each for each in found if each.verdict in DIFFERENT]
    before = {each.key: _side(each.stored, each.local) for each in wrong}
    after = {each.key: _side(each.local, each.stored) for each in wrong}
    return (Difference(FieldChange(SOURCE, before, after, FIXED), FieldClass.IMMUTABLE),)


def with_content(change: Change, found: tuple[FileVerdict, ...]) -> Change:
    """The change with what is known of its files, and with the drift that this proves."""
    warnings = (*change.warnings, *_unverified(change.resource, found))
    change = replace(change, content=found, warnings=warnings)
    if not differs(found) or not _declared(change.resource):
        return change
    drift = _drift(found)
    if change.action is Action.REPLACE or change.reason.code == IMMUTABLE_CHANGED:
        return replace(change, drift=drift)  # asked for, or refused: that says the rest
    hint = f"--replace {change.ref} (deletes it and uploads the declared bytes again)"
    said = f"spec.source: {drift.text}"
    warning = refusal(change.resource, drift.code, said, _PLACE, hint, Severity.WARNING)
    reason = Reason(drift.code, drift.text) if change.action is Action.NONE else change.reason
    return replace(change, drift=drift, reason=reason, warnings=(*warnings, warning))


def _declared(resource: Resource) -> bool:
    """Whether a digest in the manifest proves that the local bytes are the declared ones."""
    pinned = resource.files is not None and resource.files.pinned
    return pinned or by_content(resource.manifest)


def _drift(found: Sequence[FileVerdict]) -> Drift:
    wrong = tuple(each for each in found if each.verdict in DIFFERENT)
    total = sum(each.local is not None for each in found)
    lost = all(each.verdict is Verdict.MISSING for each in wrong)
    what = (
        "the storage has no such object"
        if lost
        else "the stored bytes differ from the declared ones"
    )
    others = f" and {len(wrong) - 1} more of {total} files" if len(wrong) > 1 else ""
    text = f"{wrong[0].key[:120]}{others}: {what}"
    return Drift("content-lost" if lost else "content-differs", text, wrong)


def _unverified(resource: Resource, found: Sequence[FileVerdict]) -> tuple[Diagnostic, ...]:
    """One warning for a resource of which some bytes could not be compared, with the reason."""
    open_ones = [each for each in found if each.verdict is Verdict.UNVERIFIABLE]
    if not open_ones:
        return ()
    first, more = open_ones[0], len(open_ones) - 1
    rest = f" and {more} more" if more else ""
    said = f"spec.source: {first.key[:120]}{rest} could not be compared with what is stored"
    text = f"{said}: {first.why}"
    severity = Severity.WARNING
    return (refusal(resource, "content-unverifiable", text, _PLACE, None, severity),)


def _side(side: LocalFile | StoredFile | None, other: LocalFile | StoredFile | None) -> Any:
    """What one side says of the bytes, as far as the other says it too; None: it has none."""
    if side is None:
        return None
    known = _told(side)
    return known if other is None else {k: v for k, v in known.items() if k in _told(other)}


def _told(side: LocalFile | StoredFile) -> dict[str, Any]:
    found = {"size": side.size, "crc32c": side.crc32c, "md5": side.md5}
    return {name: value for name, value in found.items() if value is not None}
