"""What stands below the changes: the path that the run waits for, costs, problems, the digest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.diagnostic import Severity
from reconciler.report.chain import chain_text
from reconciler.report.counts import summary, total_costs, unmanaged_text
from reconciler.report.escape import shorten
from reconciler.report.html.tags import Markup, joined, tag
from reconciler.report.json_plan import plan_document
from reconciler.report.money import cost_text
from reconciler.report.words import worth_a_line

if TYPE_CHECKING:
    from reconciler.diagnostic import Diagnostic
    from reconciler.plan.plan import Plan

MOST_PROBLEMS = 200
LONGEST = 1_000  # characters of one text


def costs(plan: Plan) -> Markup:
    """Each change that costs, the sums, and the critical path."""
    rows = [
        tag("tr", tag("th", str(each.ref), scope="row"), tag("td", _short(cost_text(each.cost))))
        for each in plan.pending
        if each.cost is not None
    ]
    rows += [
        tag("tr", tag("th", title, scope="row"), tag("td", tag("b", _short(cost_text(cost)))))
        for cost in total_costs(plan)
        for title in ("each hour, in all" if cost.per_hour else "once, in all",)
    ]
    chain = chain_text(plan)
    said = [tag("p", chain)] if chain else []
    table = [tag("table", tag("tbody", *rows), class_="costs")] if rows else []
    return joined((*table, *said))


def problems(plan: Plan) -> Markup:
    shown = [_problem(found) for found in plan.diagnostics[:MOST_PROBLEMS]]
    more = len(plan.diagnostics) - MOST_PROBLEMS
    shown += [tag("li", f"… and {more:,} more")] if more > 0 else []
    return tag("ul", *shown, class_="problems") if shown else Markup("")


def _problem(found: Diagnostic) -> Markup:
    where = [tag("code", str(found.location)), " "] if found.location else []
    hint = [tag("span", " → ", _short(found.hint), class_="muted")] if found.hint else []
    mood = "error" if found.severity is Severity.ERROR else "warning"
    name = tag("b", f"{mood} ", class_=mood)
    return tag("li", name, *where, _short(found.message), *hint)


def standing(plan: Plan) -> Markup:
    told = [each for each in plan.changes if worth_a_line(each)]
    shown = [
        tag("li", tag("code", str(each.ref)), " ", _short(each.change.reason.text))
        for each in told[:MOST_PROBLEMS]
    ]
    more = len(told) - MOST_PROBLEMS
    shown += [tag("li", f"… and {more:,} more")] if more > 0 else []
    return tag("ul", *shown) if shown else Markup("")


def footer(plan: Plan) -> Markup:
    numbers = summary(plan)
    counts = (
        f"unchanged {numbers['none']:,} · {unmanaged_text(plan)} · {plan.reads:,} reads, 0 writes"
    )
    digest = str(plan_document(plan)["digest"])
    return tag("footer", tag("p", counts), tag("p", "digest ", tag("code", digest)))


def _short(text: str) -> str:
    return shorten(text, LONGEST)
