"""The table of a comment: one row for each change, and what forbids those that are blocked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.plan.plan import Group
from reconciler.report.danger import danger
from reconciler.report.markdown.budget import Piece, Section
from reconciler.report.markdown.text import code, inert
from reconciler.report.money import cost_text
from reconciler.report.words import own_id, steps_text, ways_out

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reconciler.plan.plan import Plan, PlannedChange

ROW, DETAIL = 5, 0
STEP = 10
"""Danger of a piece: ten times that of its change; a row then stays longer than its own detail."""
SHORT_TEXT = 240
HEAD = ("| | Resource | What | Why | Risk |", "|---|---|---|---|---|")
MOST_WAYS = 12  # refusals told of one change


TITLES = {
    Group.THIS_CHANGE: "**This change**",
    Group.PENDING: "**Already pending**: merged before, not applied yet",
    Group.DRIFT: "**Drift**: the account was changed since the manifest was",
}


def tables(plan: Plan) -> Iterator[Section]:
    """One table; where a base tells whose doing a change is, one for each group."""
    for group in (None, *Group):
        rows = tuple(_piece(each) for each in plan.pending if each.group is group)
        title = (TITLES[group], "") if group else ()
        yield Section((*title, *HEAD), rows, ("",))


def _piece(planned: PlannedChange) -> Piece:
    return Piece((_row(planned),), danger(planned) * STEP + ROW, "row of the table")


def blocked(plan: Plan) -> Section:
    """The refusals and the ways out."""
    pieces = (
        Piece(tuple(_refusals(each)), danger(each) * STEP + ROW, "way out of a refusal")
        for each in plan.changes
        if each.blocked_by
    )
    return Section(("**Blocked**", ""), tuple(pieces), ("",))


def _row(planned: PlannedChange) -> str:
    action, why = planned.action, inert(planned.change.reason.text)
    id_ = own_id(planned)
    name = code(str(planned.ref)) + (f"<br>id {code(id_)}" if id_ else "")
    steps = steps_text(planned)
    what = f"<br>{inert(steps, SHORT_TEXT)}" if steps not in ("", action.word) else ""
    cells = (action.symbol, name, f"**{action.word}**{what}", why, _risk(planned))
    return f"| {' | '.join(cells)} |"


def _risk(planned: PlannedChange) -> str:
    tags = [f"**{inert(tag)}**" for tag in planned.risk]
    tags += [inert(cost_text(planned.cost), SHORT_TEXT)] if planned.cost else []
    tags += ["⛔ blocked"] if planned.blocked_by else []
    return "<br>".join(tags) or "-"


def _refusals(planned: PlannedChange) -> Iterator[str]:
    ways = list(ways_out(planned))
    yield f"- ⛔ {code(str(planned.ref))} {code(str(planned.change.resource.location))}"
    for words, hint in ways[:MOST_WAYS]:
        said = f" → {inert(hint)}" if hint else ""
        yield f"  - {inert(words)}{said}"
    if len(ways) > MOST_WAYS:
        yield f"  - … and {len(ways) - MOST_WAYS} more"
