"""Update: only what was planned, only on what was seen when it was planned."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from reconciler.errors import AnswerLost, ReconcilerError

if TYPE_CHECKING:
    from reconciler.diff.change import FieldChange
    from reconciler.execute.run import Run

TRIES = 3
TOP_LEVEL = re.compile(r"[^.\[]+")


def update(run: Run) -> None:
    """PATCH the changed top-level fields. Raises ReconcilerError when the resource is no longer
    as the plan saw it: another hand, another wish."""
    for last in (False,) * (TRIES - 1) + (True,):
        fields = _fields(run, _still_as_planned(run))
        if not fields or _sent(run, fields, last):
            return


def _sent(run: Run, fields: dict[str, Any], last: bool) -> bool:
    try:
        run.live = run.write(lambda: run.provider.update(run.kind, run.id, fields))
    except AnswerLost:
        if last:
            raise
        return False
    return True


def _still_as_planned(run: Run) -> tuple[FieldChange, ...]:
    """The fields to patch; none when the resource already is as desired.

    What a job of the same plan makes was not there to be seen: all its differences count.
    """
    live = run.read()
    if live is None:
        made = "is not there" if run.live is None else "is gone since the plan was made"
        raise ReconcilerError(f"{run.name} {made}")
    run.check_incarnation(live)
    now = run.options.compare(run.resource, live)
    moved = _moved(run.planned.change.fields, now) if now and run.live is not None else []
    if moved:
        raise ReconcilerError(
            f"{live.name} changed since plan: {', '.join(moved)}",
            "somebody else changed it: plan again and review",
        )
    return now


def _moved(planned: tuple[FieldChange, ...], now: tuple[FieldChange, ...]) -> list[str]:
    before = {change.path: change.before for change in planned}
    after = {change.path: change.before for change in now}
    paths = sorted(before.keys() | after.keys())
    return [p for p in paths if (p in before, before.get(p)) != (p in after, after.get(p))]


def _fields(run: Run, changes: tuple[FieldChange, ...]) -> dict[str, Any]:
    """The whole top-level fields that hold a change: an update mask names no deeper path. With
    them go those that the kind repeats in every PATCH."""
    matches = (TOP_LEVEL.match(change.path) for change in changes)
    names = dict.fromkeys(match.group() for match in matches if match is not None)
    repeated = [name for name in run.kind.manners.repeated if name in run.resource.spec]
    return {name: run.resource.spec[name] for name in (*repeated, *names) if names}
