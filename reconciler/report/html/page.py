"""A plan as one page: summary, lineage, a card for each change, costs, warnings.

The page asks nobody for anything: its policy allows no request at all, and of style and script only
the very texts that stand in it (by their hash). Without script it can still be read whole.
"""

from __future__ import annotations

import base64
import hashlib
from importlib.resources import files
from typing import TYPE_CHECKING

from reconciler.plan.plan import Group
from reconciler.report.danger import danger
from reconciler.report.html.card import card
from reconciler.report.html.head import header, tiles, verdict
from reconciler.report.html.lineage_svg import lineage_svg
from reconciler.report.html.notes import costs, footer, problems, standing
from reconciler.report.html.tags import Markup, joined, tag

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from reconciler.plan.plan import Plan, PlannedChange
    from reconciler.report.about import About

MOST = 1_000
"""Cards of one page; of more the least dangerous are left out, and counted."""


TITLES = {
    Group.THIS_CHANGE: "This change",
    Group.PENDING: "Already pending, not of this change",
    Group.DRIFT: "Drift, not of this change",
}


def plan_html(plan: Plan, about: About, most: int = MOST) -> str:
    """The whole page with at most so many cards, ending with a newline. The same plan gives the
    same bytes."""
    style, script = _asset("page.css"), _asset("page.js")
    policy = "; ".join(
        (
            "default-src 'none'",
            f"style-src '{_hash(style)}'",
            f"script-src '{_hash(script)}'",
            "base-uri 'none'",
            "form-action 'none'",
        )
    )
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", http_equiv="Content-Security-Policy", content=policy),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="color-scheme", content="light dark"),
        tag("meta", name="referrer", content="no-referrer"),
        tag("title", f"Plan · {about.environment or plan.account}"),
        tag("style", Markup(style)),
    )
    body = tag("body", *_body(plan, about, most), tag("script", Markup(script)))
    return f"<!DOCTYPE html>\n{tag('html', head, body, lang='en')}\n"


def _body(plan: Plan, about: About, most: int) -> Iterator[Markup]:
    shown = _worst(plan.pending, most)
    anchors = {str(planned.ref): f"c{number}" for number, planned in enumerate(shown)}
    yield header(plan, about)
    yield tag(
        "main",
        verdict(plan),
        tiles(plan),
        _part("Lineage", lineage_svg(plan, anchors)),
        _changes(plan, shown, anchors),
        _part("Cost", costs(plan)),
        _part("Problems", problems(plan)),
        _part("Unchanged, but worth knowing", standing(plan)),
    )
    yield footer(plan)


def _part(title: str, inner: Markup) -> Markup:
    """A section with its title; nothing at all where there is nothing to say."""
    return tag("section", tag("h2", title), inner) if inner else Markup("")


def _changes(plan: Plan, shown: Sequence[PlannedChange], anchors: dict[str, str]) -> Markup:
    """In the order in which they run; where groups are known, one group after the other."""
    if not shown:
        return Markup("")
    groups = joined(_group(group, shown, anchors) for group in (None, *Group))
    left = len(plan.pending) - len(shown)
    more = [tag("p", f"{left:,} less dangerous changes are left out of this page.")] if left else []
    nothing = tag("p", "No change fits the filter.", id="nothing", class_="muted", hidden=True)
    return _part("Changes", joined((groups, *more, nothing)))


def _group(group: Group | None, shown: Sequence[PlannedChange], anchors: dict[str, str]) -> Markup:
    cards = [card(each, anchors[str(each.ref)]) for each in shown if each.group is group]
    title = [tag("h3", TITLES[group])] if group else []
    return tag("div", *title, *cards, class_="group") if cards else Markup("")


def _worst(changes: Sequence[PlannedChange], most: int) -> list[PlannedChange]:
    kept = sorted(range(len(changes)), key=lambda n: -danger(changes[n]))[:most]
    return [changes[number] for number in sorted(kept)]


def _asset(name: str) -> str:
    """A text of ours that stands beside this module."""
    return files(__package__).joinpath(name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return f"sha256-{base64.b64encode(digest).decode()}"
