"""Everything that prints foreign text, by name: a text in, what is printed out.

A new renderer needs a row here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.canonical import document_text
from reconciler.diff.change import Action
from reconciler.report.about import About
from reconciler.report.byte_board import ByteBoard
from reconciler.report.data import data_json, render_data
from reconciler.report.diagnostics import render_diagnostics
from reconciler.report.drift_formats import FORMATS as DRIFT
from reconciler.report.events import EventLines
from reconciler.report.explain import render_resource
from reconciler.report.explain_json import resource_document
from reconciler.report.graph import render_graph
from reconciler.report.json_plan import plan_json, saved_json
from reconciler.report.ledger import render_outcomes
from reconciler.report.ledger_json import ledger_json, outcomes_json
from reconciler.report.metrics import curve_json, render_curve
from reconciler.report.plan_formats import render_plan_as
from reconciler.report.progress import ProgressLines
from reconciler.report.status import render_status, status_json
from reconciler.report.style import Style
from reconciler.report.svg import curve_svg
from reconciler.report.text_plan import render_plan
from tests.report import hostile_samples as samples
from tests.report.samples import ROWS, TUNE

if TYPE_CHECKING:
    from collections.abc import Callable

STYLE = Style()
ABOUT = About()


def _problems(format_: str) -> Callable[[str], str]:
    def render(text: str) -> str:
        return render_diagnostics([samples.diagnostic(text, line) for line in (3, 4)], format_)

    return render


def _ledger_json(text: str) -> str:
    return ledger_json(samples.plan(text), samples.outcomes(text), [samples.planned(text)], 4)


def _event_lines(text: str) -> str:
    written: list[str] = []
    lines = EventLines(samples.plan(text), written.append)
    lines.begin()
    for event in samples.events(text):
        lines(event)
    lines.finish()
    return "".join(written)


def _progress(text: str) -> str:
    written: list[str] = []
    lines = ProgressLines([ROWS, TUNE], written.append)
    for event in samples.events(text):
        lines(event)
    return "".join(written)


def _bars(text: str) -> str:
    board = ByteBoard(text)
    board(text, 31, 91)
    bars = (f"{bar.name}\n{bar.words}" for bar in board.bars())
    return "\n".join([*bars, board.line()])


def _explain_json(text: str) -> str:
    return document_text(resource_document(samples.planned(text)))


PRINTED: dict[str, Callable[[str], str]] = {
    "plan": lambda text: render_plan(samples.plan(text), STYLE),
    "plan json": lambda text: plan_json(samples.plan(text)),
    "saved plan": lambda text: saved_json(samples.plan(text), {"paths": [text]}),
    "plan markdown": lambda text: render_plan_as("markdown", samples.plan(text), ABOUT),
    "plan html": lambda text: render_plan_as("html", samples.plan(text), ABOUT),
    "plan github": lambda text: render_plan_as("github", samples.plan(text), ABOUT),
    "plan sarif": lambda text: render_plan_as("sarif", samples.plan(text), ABOUT),
    "drift": lambda text: DRIFT["text"](samples.plan(text), STYLE),
    "drift json": lambda text: DRIFT["json"](samples.plan(text), STYLE),
    "drift github": lambda text: DRIFT["github"](samples.plan(text), STYLE),
    "drift sarif": lambda text: DRIFT["sarif"](samples.plan(text), STYLE),
    "ledger": lambda text: render_outcomes(
        samples.outcomes(text), samples.plan(text), STYLE, [samples.planned(text, Action.RUN)]
    ),
    "ledger json": _ledger_json,
    "outcomes json": lambda text: outcomes_json(samples.outcomes(text)),
    "status": lambda text: render_status(samples.desired(text), samples.account(text), STYLE),
    "status of all": lambda text: render_status(
        samples.desired(text), samples.account(text), STYLE, everything=True
    ),
    "status json": lambda text: status_json(
        samples.desired(text), samples.account(text), everything=True
    ),
    "problems": _problems("text"),
    "problems json": _problems("json"),
    "problems sarif": _problems("sarif"),
    "problems github": _problems("github"),
    "graph mermaid": lambda text: render_graph(samples.desired(text), "mermaid"),
    "graph dot": lambda text: render_graph(samples.desired(text), "dot"),
    "graph json": lambda text: render_graph(samples.desired(text), "json"),
    "explain": lambda text: render_resource(samples.planned(text), STYLE),
    "explain json": _explain_json,
    "data": lambda text: render_data(samples.rows(text), STYLE),
    "data json": lambda text: data_json(samples.rows(text)),
    "metrics": lambda text: render_curve(samples.curve(text), text, STYLE),
    "metrics json": lambda text: curve_json(samples.curve(text), text, text),
    "metrics svg": lambda text: curve_svg(samples.curve(text), text),
    "events": _event_lines,
    "progress": _progress,
    "bars": _bars,
}
OURS = {
    "plan github": {"error", "notice"},
    "problems github": {"error"},
    "drift github": {"error", "warning"},
}
"""The workflow commands that a rendering is meant to hold."""
