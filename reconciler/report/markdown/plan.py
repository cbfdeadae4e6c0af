"""A plan as a comment for reviewers: headline, table, and everything else folded away."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.report.about import marker
from reconciler.report.markdown.budget import Section, fit, fixed
from reconciler.report.markdown.folds import field_diff, lineage_chart, standing, warnings
from reconciler.report.markdown.headline import digest_of, foot, headline, is_quiet, quiet_line
from reconciler.report.markdown.table import blocked, tables

if TYPE_CHECKING:
    from collections import Counter

    from reconciler.plan.plan import Plan
    from reconciler.report.about import About

BUDGET = 60_000
"""Bytes of UTF-8. A comment of GitHub holds 65,536 characters; whoever posts it may add to it."""
RESERVED = 300  # for the line that says what was left out


def plan_markdown(plan: Plan, about: About, budget: int = BUDGET) -> str:
    """At most ``budget`` bytes. The first line is the marker (``about.marker``); a plan without
    changes is one line below it.

    What does not fit goes from the least dangerous up, and the last line says what went. No text
    of a manifest or of the platform is markup, a mention or a link in it.
    """
    digest = digest_of(plan)
    if is_quiet(plan):
        return f"{marker(plan, about)}\n{quiet_line(plan, about, digest)}\n"
    sections = (
        fixed(marker(plan, about), *headline(plan, about, digest), ""),
        blocked(plan),
        *tables(plan),
        warnings(plan),
        field_diff(plan),
        lineage_chart(plan),
        standing(plan),
        fixed(*foot(plan, digest)),
    )
    kept, dropped = fit(sections, budget - RESERVED)
    return "".join(f"{line}\n" for line in (*_lines(kept), *left_out(dropped, budget)))


def _lines(sections: tuple[Section, ...]) -> list[str]:
    return [line for section in sections for line in section.lines()]


def left_out(dropped: Counter[str], budget: int) -> list[str]:
    """The line that says what ``fit`` dropped; none when nothing was."""
    if not dropped:
        return []
    said = ", ".join(f"{what} ({number:,})" for what, number in sorted(dropped.items()))
    return ["", f"**Left out** to stay below {budget:,} bytes, the least dangerous first: {said}."]
