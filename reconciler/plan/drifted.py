"""A plan read as what is no longer as declared: which resource, how, since when, what is next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from reconciler.diff.causes import NEW_VERSION, RUNS_AGAIN
from reconciler.diff.refusals import IMMUTABLE_CHANGED
from reconciler.live.verdicts import SOURCE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reconciler.diff.change import Change, FieldChange
    from reconciler.live.verdicts import FileVerdict
    from reconciler.plan.plan import Plan, PlannedChange
    from reconciler.ref import ResourceRef

DRIFT_CODES = {
    "fields-changed": "changed",
    IMMUTABLE_CHANGED: "changed",
    "not-there": "missing",
    "never-run": "missing",
    NEW_VERSION: "missing",
    RUNS_AGAIN: "missing",
    "id-held": "missing",
    "upload-interrupted": "stuck",
    "not-validated": "stuck",
    "vanishing": "vanishing",
    "failed": "failed",
    "unknown-state": "unknown-state",
    "tombstone": "not-gone",
}
"""The code of a finding for the code of a change's reason; the other reasons are no drift."""

_NOBODY_KNOWS = "is not in the account: never applied, or deleted since (no state file tells which)"


@dataclass(frozen=True, slots=True)
class Finding:
    """One resource that is not as declared. ``code`` is stable; ``updated`` is the ``updateTime``
    of what is live ("": nothing is, or it does not tell). ``fields`` have what is live before, what
    is declared after."""

    planned: PlannedChange
    code: str
    text: str
    updated: str = ""

    @property
    def ref(self) -> ResourceRef:
        return self.planned.ref

    @property
    def fields(self) -> tuple[FieldChange, ...]:
        return tuple(f for f in self.planned.change.fields if f.path != SOURCE)

    @property
    def files(self) -> tuple[FileVerdict, ...]:
        """The stored files that are lost or are others than the declared ones."""
        drift = self.planned.change.drift
        return drift.files if drift is not None else ()


def findings(plan: Plan) -> tuple[Finding, ...]:
    """What drifted, in the order of the plan, which was made of what is declared and of nothing
    newer. A job has run if its record or its model is there: neither a failed job nor one whose
    record is gone is drift."""
    return tuple(_findings(plan))


def _findings(plan: Plan) -> Iterator[Finding]:
    for planned in plan.changes:
        change = planned.change
        code = _code(change)
        if code:
            updated = change.live.update_time if change.live is not None else ""
            yield Finding(planned, code, _text(change, code), updated)


def _code(change: Change) -> str:
    if change.drift is not None:
        return change.drift.code
    if change.fields and all(field.path == SOURCE for field in change.fields):
        return "content-differs"
    return DRIFT_CODES.get(change.reason.code, "")


def _text(change: Change, code: str) -> str:
    if change.drift is not None:
        return change.drift.text
    if code == "content-differs":
        return "the stored bytes differ from the declared ones"
    if code == "changed":
        return "is not as declared"
    if code == "missing" and change.live is None:
        return _NOBODY_KNOWS
    return "is declared absent, but still exists" if code == "not-gone" else change.reason.text
