"""What drifted in every format that ``drift`` knows; each renderer is loaded when asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from reconciler.plan.plan import Plan
    from reconciler.report.finding import Finding
    from reconciler.report.style import Style


def _text(plan: Plan, style: Style) -> str:
    from reconciler.report.drifted import render_drift

    return render_drift(plan, style)


def _json(plan: Plan, _style: Style) -> str:
    from reconciler.report.drifted import drift_json

    return drift_json(plan)


def _github(plan: Plan, _style: Style) -> str:
    from reconciler.report.annotations import annotated

    return annotated(_findings(plan), "drift")


def _sarif(plan: Plan, _style: Style) -> str:
    from reconciler.canonical import document_text
    from reconciler.report.sarif import sarif_document

    return document_text(sarif_document(_findings(plan)))


def _findings(plan: Plan) -> list[Finding]:
    """What drifted, as warnings at the manifests' lines; then the plan's other problems."""
    from reconciler.plan.drifted import findings
    from reconciler.report.drifted import next_apply
    from reconciler.report.finding import Finding, Level, in_order, problem

    found = findings(plan)
    told = [
        Finding(
            Level.WARNING,
            one.code,
            " · ".join([f"{one.ref}: {one.text}", *(field.path for field in one.fields)]),
            one.planned.change.resource.location,
            f"next apply: {next_apply(one)}",
        )
        for one in found
    ]
    said = {one.code for one in found}
    return in_order([*told, *(problem(each) for each in plan.diagnostics if each.code not in said)])


FORMATS: dict[str, Callable[[Plan, Style], str]] = {
    "text": _text,
    "json": _json,
    "github": _github,
    "sarif": _sarif,
}
"""Text that ends with a newline, or nothing where there is nothing to say."""
