"""One plan in every format that ``plan`` knows; each renderer is loaded when it is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from reconciler.plan.plan import Plan
    from reconciler.report.about import About


def render_plan_as(format: str, plan: Plan, about: About) -> str:  # noqa: A002 - the flag's own name
    """The plan as text of that format, ending with a newline or empty. Raises KeyError for a
    format that is not in ``FORMATS``."""
    return FORMATS[format](plan, about)


def _text(plan: Plan, about: About) -> str:
    from reconciler.report.text_plan import render_plan

    return render_plan(plan, about.style, about.next_command)


def _json(plan: Plan, _about: About) -> str:
    from reconciler.report.json_plan import plan_json

    return plan_json(plan)


def _markdown(plan: Plan, about: About) -> str:
    from reconciler.report.markdown.plan import plan_markdown

    return plan_markdown(plan, about)


def _html(plan: Plan, about: About) -> str:
    from reconciler.report.html.page import plan_html

    return plan_html(plan, about)


def _github(plan: Plan, _about: About) -> str:
    from reconciler.report.annotations import annotated
    from reconciler.report.finding import plan_findings

    return annotated(plan_findings(plan), "plan")


def _sarif(plan: Plan, _about: About) -> str:
    from reconciler.canonical import document_text
    from reconciler.report.finding import plan_findings
    from reconciler.report.sarif import sarif_document

    return document_text(sarif_document(plan_findings(plan)))


FORMATS: dict[str, Callable[[Plan, About], str]] = {
    "text": _text,
    "json": _json,
    "markdown": _markdown,
    "html": _html,
    "github": _github,
    "sarif": _sarif,
}
WITH_DIGEST = frozenset({"json", "markdown", "html"})
"""Formats that show the digest, which a reviewer may approve."""
