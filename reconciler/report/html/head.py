"""The top of the page: whose plan it is, what comes of it, and the numbers that filter it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.diff.change import Action
from reconciler.report.about import elsewhere
from reconciler.report.counts import by_group, summary, total_costs
from reconciler.report.html.tags import Markup, joined, tag
from reconciler.report.money import cost_text
from reconciler.report.words import commit_text

if TYPE_CHECKING:
    from reconciler.plan.plan import Plan
    from reconciler.report.about import About

SHORT = 10  # characters of a commit


def header(plan: Plan, about: About) -> Markup:
    place = about.environment or plan.account
    project = [tag("span", about.project, class_="muted")] if about.project != "." else []
    theme = tag("button", "Theme", id="theme", type="button", hidden=True)
    return tag(
        "header",
        tag("div", tag("p", "reconciler plan", class_="eyebrow"), tag("h1", place), *project),
        tag("dl", *_facts(plan)),
        theme,
    )


def _facts(plan: Plan) -> list[Markup]:
    facts = {
        "Account": plan.account,
        "Address": elsewhere(plan),
        "Commit": commit_text(plan.commit),
        "Compared with": plan.base[:SHORT],
        "Shard": str(plan.shard) if plan.shard else "",
        "Live read": plan.created_at,
    }
    known = ((title, value) for title, value in facts.items() if value)
    return [tag("div", tag("dt", title), tag("dd", value)) for title, value in known]


def verdict(plan: Plan) -> Markup:
    """The one sentence that matters most."""
    numbers = summary(plan)
    if not plan.complete:
        said, mood = "Incomplete: part of the account could not be read.", "stop"
    elif plan.refused:
        said, mood = f"Refused: {numbers['blocked']:,} blocked, each with its ways out.", "stop"
    elif plan.pending:
        said, mood = f"{len(plan.pending):,} to do, none of it blocked.", "go"
    else:
        said, mood = "No changes: the account matches the manifests.", "fine"
    costs = [tag("span", "  ", cost_text(cost), class_="muted") for cost in total_costs(plan)]
    return tag("p", tag("b", said), *costs, class_=f"verdict {mood}", role="status")


def tiles(plan: Plan) -> Markup:
    """A number for each action, which is a filter too; then groups, and a field to search in."""
    numbers = summary(plan)
    actions = [a for a in Action if a is not Action.NONE and numbers[a.word]]
    if not actions:
        return Markup("")
    shown = joined(_tile(a.word, a.symbol, numbers[a.word], "action") for a in actions)
    blocked = _tile("blocked", "⊘", numbers["blocked"], "blocked") if numbers["blocked"] else ""
    groups = joined(
        _tile(group.value, "", len(found), "group") for group, found in by_group(plan).items()
    )
    search = tag(
        "input", id="search", type="search", placeholder="Search  /", aria_label="Search changes",
        autocomplete="off", hidden=True,
    )  # fmt: skip
    toggle = tag("button", "Open all", id="all", type="button", hidden=True)
    tools = tag("div", search, toggle, class_="tools")
    return tag(
        "div", shown, Markup(blocked), groups, tools, class_="tiles", role="group",
        aria_label="Filters",
    )  # fmt: skip


def _tile(word: str, symbol: str, number: int, what: str) -> Markup:
    sign = [tag("span", symbol, class_="sign", aria_hidden="true")] if symbol else []
    return tag(
        "button",
        *sign,
        tag("b", f"{number:,}"),
        " ",
        word,
        type="button",
        class_=f"tile a-{word}" if what == "action" else "tile",
        aria_pressed="false",
        data_filter=what,
        data_value=word,
    )
