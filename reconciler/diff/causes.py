"""Why something is made anew: an older version of it is there, and this is what differs."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from reconciler.desired.identity import version_stem
from reconciler.diff.change import Action, Change, FieldChange, Reason
from reconciler.diff.compare import compare
from reconciler.diff.row_words import input_in_words, rows_in_words
from reconciler.manifest.manifest import IdStrategy

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from reconciler.kinds.kind import Kind
    from reconciler.live.state import LiveResource, LiveState
    from reconciler.manifest.row_change import RowChange
    from reconciler.ref import ResourceRef

NEW_VERSION = "new-version"
RUNS_AGAIN = "runs-again"


def with_causes(
    changes: Sequence[Change],
    live: LiveState,
    kinds: Mapping[str, Kind],
    rows: Mapping[ResourceRef, RowChange],
) -> tuple[Change, ...]:
    """The same changes; one that makes a new version names the older one and what differs.
    ``rows`` say how the rows of files differ from the version in git, where that is known.

    The name alone tells a version: that is good enough to explain, never to delete.
    """
    new = {change.ref: change for change in changes if _is_new(change)}
    if not new:
        return tuple(changes)
    versions = _versions(live, {version_stem(change.resource.name) for change in new.values()})
    going = {c.live.name for c in changes if c.action is Action.DELETE and c.live is not None}
    told = _Told({ref for ref, c in new.items() if _newest(c, versions)}, kinds, rows, going)
    return tuple(
        told.of(change, older)
        if (older := _newest(change, versions)) and _is_new(change)
        else change
        for change in changes
    )


def _is_new(change: Change) -> bool:
    hashed = change.resource.manifest.id_strategy is IdStrategy.CONTENT_HASH
    return hashed and change.live is None and change.action in (Action.CREATE, Action.RUN)


def _versions(live: LiveState, stems: set[str]) -> dict[str, list[LiveResource]]:
    """Live resources by the stem of their names, oldest first."""
    found: dict[str, list[LiveResource]] = {}
    for name, resource in live.resources.items():
        if (stem := version_stem(name)) in stems:
            found.setdefault(stem, []).append(resource)
    for versions in found.values():
        versions.sort(key=lambda version: (version.create_time, version.name))
    return found


def _newest(change: Change, versions: Mapping[str, list[LiveResource]]) -> LiveResource | None:
    others = versions.get(version_stem(change.resource.name))
    return others[-1] if others else None


@dataclass(frozen=True, slots=True)
class _Told:
    """``anew`` are the refs that become new versions in this plan, ``going`` the names of what it
    deletes."""

    anew: set[ResourceRef]
    kinds: Mapping[str, Kind]
    rows: Mapping[ResourceRef, RowChange]
    going: set[str]

    def of(self, change: Change, older: LiveResource) -> Change:
        """The change with its cause: inputs that are new, else fields, else the bytes."""
        fields = self._fields(change, older)
        rows = self.rows.get(change.ref)
        fate = "goes then" if older.name in self.going else "stays"
        inputs = [
            input_in_words(ref, self.rows.get(ref))
            for ref in change.resource.depends_on
            if ref in self.anew
        ]
        if change.action is Action.RUN:
            because = _because(inputs, fields)
            reason = Reason(RUNS_AGAIN, f"runs again: {because}; {older.id} {fate}")
        else:
            what = (
                "its fields are" if fields and change.resource.files is None else "its content is"
            )
            which = f": {rows_in_words(rows)}" if rows else ""
            reason = Reason(NEW_VERSION, f"{what} new{which}; version {older.id} {fate}")
        return replace(change, reason=reason, fields=fields, rows=rows)

    def _fields(self, change: Change, older: LiveResource) -> tuple[FieldChange, ...]:
        kind = self.kinds[change.ref.kind]
        why = f"new since {older.id}"
        return tuple(
            replace(field, reason=why)
            for field in compare(change.resource, older)
            if field.path != kind.output_model  # it follows the id by itself
        )


def _because(inputs: Sequence[str], fields: Sequence[FieldChange]) -> str:
    if inputs:
        return ", ".join(inputs)
    named = ", ".join(field.path for field in fields)
    return f"{named} changed" if named else "its inputs changed"
