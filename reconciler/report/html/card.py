"""One change as a card: what and why at a glance, everything else behind it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from reconciler.diff.change import Action
from reconciler.report.danger import EDIT, danger
from reconciler.report.escape import shorten
from reconciler.report.html.tags import Markup, joined, tag, verbatim
from reconciler.report.money import cost_text
from reconciler.report.words import before_text, own_id, ways_out

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reconciler.diff.change import FieldChange
    from reconciler.manifest.row_change import RowChange, Rows
    from reconciler.plan.plan import PlannedChange

LONGEST_VALUE = 4_000  # characters of one value
LONGEST_TEXT = 1_000
MOST_FIELDS = 200
MOST_WAYS = 20
BAR = 240  # pixels of the wider of two bars


def card(planned: PlannedChange, anchor: str) -> Markup:
    """``details``: open where overlooking it would cost most, or where something is edited."""
    opened = danger(planned) > EDIT or bool(planned.change.fields or planned.change.rows)
    group = planned.group.value if planned.group else None
    return tag(
        "details",
        _summary(planned),
        tag("div", *_body(planned), class_="body"),
        id=anchor,
        class_=f"card a-{planned.action.word}",
        open=opened,
        data_action=planned.action.word,
        data_group=group,
        data_blocked=bool(planned.blocked_by),
    )


def _summary(planned: PlannedChange) -> Markup:
    action, ref = planned.action, planned.ref
    tags = [tag("span", risk, class_="tag risk") for risk in planned.risk]
    tags += [tag("span", "blocked", class_="tag stop")] if planned.blocked_by else []
    why = tag("span", shorten(planned.change.reason.text, LONGEST_TEXT), class_="why")
    name = tag(
        "span", tag("span", f"{ref.kind}/", class_="muted"), tag("b", ref.name), class_="ref"
    )
    return tag(
        "summary",
        tag("span", action.symbol, class_="sign", aria_hidden="true"),
        tag("span", name, " ", tag("span", action.word, class_="word"), " ", *tags, class_="head"),
        why,
    )


def _body(planned: PlannedChange) -> Iterator[Markup]:
    yield from _blocked(planned)
    yield from _steps(planned)
    yield from _fields(planned)
    if planned.change.rows:
        yield _rows(planned.change.rows)
    yield _facts(planned)
    yield from _spec(planned)


def _blocked(planned: PlannedChange) -> Iterator[Markup]:
    ways = list(ways_out(planned)) if planned.blocked_by else []
    for words, hint in ways[:MOST_WAYS]:
        said = [tag("p", shorten(words, LONGEST_TEXT))]
        said += [tag("p", "→ ", shorten(hint, LONGEST_TEXT), class_="muted")] if hint else []
        yield tag("div", *said, class_="stop")
    if len(ways) > MOST_WAYS:
        yield tag("p", f"… and {len(ways) - MOST_WAYS} more")


def _steps(planned: PlannedChange) -> Iterator[Markup]:
    if planned.steps:
        items = (tag("li", step.detail or step.verb.value) for step in planned.steps)
        yield tag("ol", *items, class_="steps", aria_label="Steps")


def _fields(planned: PlannedChange) -> Iterator[Markup]:
    fields = planned.change.fields
    if not fields:
        return
    titles = joined(tag("th", title, scope="col") for title in ("Field", "Live", "Desired"))
    rows = joined(_field(field) for field in fields[:MOST_FIELDS])
    yield tag("table", tag("thead", tag("tr", titles)), tag("tbody", rows), class_="fields")
    if len(fields) > MOST_FIELDS:
        yield tag("p", f"… and {len(fields) - MOST_FIELDS} more fields", class_="muted")


def _field(field: FieldChange) -> Markup:
    path = [tag("code", shorten(field.path, 200))]
    path += [tag("span", shorten(field.reason, 300), class_="muted note")] if field.reason else []
    unknown = field.known_after is not None
    before = tag("i", before_text(field)) if unknown else _value(field.before)
    return tag(
        "tr",
        tag("th", *path, scope="row"),
        tag("td", before, class_="old", data_label="Live"),
        tag("td", _value(field.after), class_="new", data_label="Desired"),
    )


def _value(value: Any) -> Markup:
    if value is None:
        return tag("i", "unset")
    return tag("pre", _pretty(value))


def _pretty(value: Any) -> Markup:
    shown = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, indent=2)
    return verbatim(shorten(shown, LONGEST_VALUE))


def _rows(rows: RowChange) -> Markup:
    """Bars on one scale, and the first rows of each with their numbers."""
    since = f" since {rows.since}" if rows.since else ""
    removed, added = ("-", "removed"), ("+", "added")
    sides = [(*removed, rows.removed), (*added, rows.added)]
    if rows.changed.count:
        sides.insert(0, ("~", "changed", rows.changed))
    most = max(1, *(side.count for _, _, side in sides))
    bars = [_bar(side, sign, word, most) for sign, word, side in sides]
    texts = ((*removed, rows.before), (*added, rows.changed), *sides[-2:])
    shown = [_row(number, words, sign, word) for sign, word, side in texts
             for number, words in zip(side.first, side.texts, strict=False)]  # fmt: skip
    table = [tag("table", tag("tbody", *shown), class_="rowdiff")] if shown else []
    return tag("div", tag("h4", f"Rows{since}"), *bars, *table, class_="rows")


def _row(number: int, words: str, sign: str, word: str) -> Markup:
    title = tag("th", f"{sign} {number:,}", scope="row", aria_label=f"{word} row {number}")
    return tag("tr", title, tag("td", tag("pre", words)), class_=word)


def _bar(side: Rows, sign: str, word: str, most: int) -> Markup:
    width = max(round(BAR * side.count / most), 2 if side.count else 0)
    bar = tag("svg", tag("rect", width=width, height=12, rx=3), width=BAR, height=12,
              class_=word, aria_hidden="true")  # fmt: skip
    more = ", …" if side.count > len(side.first) else ""
    noun = "row" if side.count == 1 else "rows"
    where = f" ({noun} {', '.join(map(str, side.first))}{more})" if side.first else ""
    return tag("p", bar, f" {sign}{side.count:,} {word}{where}")


def _facts(planned: PlannedChange) -> Markup:
    where = planned.change.resource.location
    facts = [("Manifest", tag("code", str(where)))]
    facts += [("Id", tag("code", own_id(planned)))] if own_id(planned) else []
    if planned.cost is not None:
        facts.append(("Cost", tag("span", shorten(cost_text(planned.cost), LONGEST_TEXT))))
    if planned.depends_on:
        names = joined((tag("code", str(ref)) for ref in planned.depends_on), " ")
        facts.append(("Waits for", names))
    pairs = (part for title, value in facts for part in (tag("dt", title), tag("dd", value)))
    return tag("dl", *pairs)


def _spec(planned: PlannedChange) -> Iterator[Markup]:
    """What will be made: the manifest's own spec, where there is nothing to compare it with."""
    making = planned.action in (Action.CREATE, Action.RUN, Action.REPLACE)
    spec = dict(planned.change.resource.manifest.spec)
    if making and spec:
        yield tag(
            "details", tag("summary", "What the manifest says"), tag("pre", _pretty(spec)),
            class_="spec",
        )  # fmt: skip
