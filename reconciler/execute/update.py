"""Update: only what was planned, only on what was seen when it was planned."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from reconciler.diff.compare import compare
from reconciler.errors import AnswerLost, ReconcilerError
from reconciler.execute.clock import PAUSES

if TYPE_CHECKING:
    from reconciler.diff.change import FieldChange
    from reconciler.execute.run import Run, Waiting

TOP_LEVEL = re.compile(r"[^.\[]+")
Changes = tuple["FieldChange", ...]


def update(run: Run) -> Waiting[None]:
    """PATCH the changed top-level fields. Raises ReconcilerError when the resource is no longer
    as it was last seen: another hand, another wish.

    Looked at before each try: between a lost answer and the next try somebody else may have
    changed it, and a PATCH sent again would undo that (fault model R4, F47).
    """
    # What a job of the same plan makes was not there to be seen: all its differences count.
    seen = run.planned.change.fields if run.live is not None else None
    for pause in (*PAUSES, None):
        seen = _still_as_seen(run, seen)
        if not seen or _sent(run, _fields(run, seen), last=pause is None):
            return
        yield from run.pause(pause or 0.0)


def _sent(run: Run, fields: dict[str, Any], *, last: bool) -> bool:
    try:
        run.live = run.write(lambda: run.provider.update(run.kind, run.id, fields))
    except AnswerLost:
        if last:
            raise
        return False
    return True


def _still_as_seen(run: Run, seen: Changes | None) -> Changes:
    """What differs from the desired fields now; nothing when the resource is as desired."""
    live = run.read()
    if live is None:
        made = "is not there" if run.live is None else "is gone since the plan was made"
        raise ReconcilerError(f"{run.name} {made}")
    run.check_incarnation(live)
    now = compare(run.resource, live)
    moved = _moved(seen, now) if now and seen is not None else []
    if moved:
        raise ReconcilerError(
            f"{live.name} changed since the plan was made: {', '.join(moved)}",
            "somebody else changed it: plan again and review",
        )
    return now


def _moved(seen: Changes, now: Changes) -> list[str]:
    """Fields that somebody gave a value which is neither the one seen nor the desired one."""
    before = {change.path: change.before for change in seen}
    return sorted(c.path for c in now if c.path not in before or before[c.path] != c.before)


def _fields(run: Run, changes: Changes) -> dict[str, Any]:
    """The whole top-level fields that hold a change: an update mask names no deeper path. With
    them go those that the kind repeats in every PATCH."""
    matches = (TOP_LEVEL.match(change.path) for change in changes)
    names = dict.fromkeys(match.group() for match in matches if match is not None)
    repeated = [name for name in run.kind.manners.repeated if name in run.resource.spec]
    return {name: run.resource.spec[name] for name in (*repeated, *names)}
