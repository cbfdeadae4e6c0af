"""Update: only what was planned, only on what was seen when it was planned."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from reconciler.errors import AnswerLost, ReconcilerError

if TYPE_CHECKING:
    from reconciler.diff.change import FieldChange
    from reconciler.execute.run import Run
    from reconciler.live.state import LiveResource

TRIES = 3
TOP_LEVEL = re.compile(r"[^.\[]+")


def update(run: Run) -> None:
    """PATCH the changed top-level fields. Raises ReconcilerError when the resource is no longer
    as the plan saw it: another hand, another wish."""
    for last in (False,) * (TRIES - 1) + (True,):
        live = _still_as_planned(run)
        if live is None:
            return
        try:
            run.live = run.write(lambda: run.provider.update(run.kind, run.id, _fields(run)))
        except AnswerLost:
            if last:
                raise
        else:
            return


def _still_as_planned(run: Run) -> LiveResource | None:
    """The resource to patch; None when it already is as desired."""
    live = run.read()
    if live is None:
        raise ReconcilerError(f"{run.resource.name} is gone since the plan was made")
    run.check_incarnation(live)
    now = run.options.compare(run.resource, live)
    if not now:
        return None
    moved = _moved(run.planned.change.fields, now)
    if moved:
        raise ReconcilerError(
            f"{live.name} changed since plan: {', '.join(moved)}",
            "somebody else changed it: plan again and review",
        )
    return live


def _moved(planned: tuple[FieldChange, ...], now: tuple[FieldChange, ...]) -> list[str]:
    before = {change.path: change.before for change in planned}
    after = {change.path: change.before for change in now}
    paths = sorted(before.keys() | after.keys())
    return [p for p in paths if (p in before, before.get(p)) != (p in after, after.get(p))]


def _fields(run: Run) -> dict[str, Any]:
    matches = (TOP_LEVEL.match(change.path) for change in run.planned.change.fields)
    names = dict.fromkeys(match.group() for match in matches if match is not None)
    return {name: run.resource.spec[name] for name in names}
