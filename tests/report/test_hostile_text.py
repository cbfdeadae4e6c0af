"""Foreign text acts nowhere: not in a terminal, a log, an annotation, a diagram or an image.

A new renderer needs a row in ``PRINTED``, or a test of its own over ``HOSTILE``.
"""

from __future__ import annotations

import json
import re
from functools import cache
from typing import TYPE_CHECKING
from xml.etree import ElementTree

import pytest

from reconciler.canonical import document_text
from reconciler.diff.change import Action
from reconciler.report.about import About
from reconciler.report.byte_board import ByteBoard
from reconciler.report.data import data_json, render_data
from reconciler.report.diagnostics import render_diagnostics
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
from tests.hostile import (
    HOSTILE,
    runner_commands,
    unsafe_in_html,
    unsafe_in_log,
    unsafe_in_markdown,
)
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
    "plan github": lambda text: render_plan_as("github", samples.plan(text), ABOUT),
    "plan sarif": lambda text: render_plan_as("sarif", samples.plan(text), ABOUT),
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
JSON = [name for name in PRINTED if name.endswith(("json", "sarif", "saved plan"))]
LINES = {"events": ["{"], "progress": list("0123456789"), "problems github": ["::error file="]}
"""How every line begins, where each is one thing: no text makes a second one."""


@cache
def printed(name: str, text: str) -> str:
    return PRINTED[name](text)


def unsafe(name: str, judge: Callable[[str], list[str]]) -> dict[str, list[str]]:
    """What ``judge`` says of ``PRINTED[name]``, by the title of the hostile text."""
    said = {title: judge(printed(name, text)) for title, text in HOSTILE.items()}
    return {title: found for title, found in said.items() if found}


@pytest.mark.parametrize("name", PRINTED)
def test_printed_text_neither_moves_the_cursor_nor_commands_the_runner(name: str) -> None:
    ours = {"error", "notice"} if name.endswith("github") else set()

    assert {} == unsafe(name, lambda text: unsafe_in_log(text, ours))


@pytest.mark.parametrize("name", PRINTED)
def test_printed_text_can_be_encoded(name: str) -> None:
    for text in HOSTILE.values():
        printed(name, text).encode()


@pytest.mark.parametrize("name", LINES)
def test_a_line_stays_one_line(name: str) -> None:
    lines = {printed(name, text).count("\n") for text in HOSTILE.values() if text.strip()}
    starts = {
        line[:1] if name != "problems github" else line[: len(LINES[name][0])]
        for text in HOSTILE.values()
        for line in printed(name, text).splitlines()
        if text
    }

    assert 1 == len(lines)
    assert set() == starts - set(LINES[name])


def test_an_annotation_says_what_was_written_and_sets_nothing() -> None:
    for title, text in HOSTILE.items():
        found = runner_commands(printed("problems github", text))

        assert ["error", "error"] == [name for name, _ in found], title


@pytest.mark.parametrize("name", JSON)
def test_json_stays_json(name: str) -> None:
    for text in HOSTILE.values():
        assert isinstance(json.loads(printed(name, text)), dict)


def test_json_gives_the_text_back() -> None:
    for text in HOSTILE.values():
        document = json.loads(printed("plan json", text))

        assert text == document["actions"][0]["reason"]["text"]


def test_an_image_draws_text_and_nothing_else() -> None:
    elements = ("svg", "title", "rect", "text", "path", "polyline", "circle")
    attributes = (
        *("xmlns", "viewbox", "width", "height", "font-family", "font-size", "fill", "x", "y"),
        *("d", "stroke", "text-anchor", "points", "stroke-width", "cx", "cy", "r"),
    )

    def judge(image: str) -> list[str]:
        ElementTree.fromstring(image)
        return unsafe_in_html(image, elements, attributes)

    assert {} == unsafe("metrics svg", judge)


def test_a_diagram_in_a_comment_stays_in_its_code_block() -> None:
    def judge(diagram: str) -> list[str]:
        return unsafe_in_markdown(f"```mermaid\n{diagram}```\n")

    assert {} == unsafe("graph mermaid", judge)


QUOTED = r'"(?:[^"\\]|\\.)*"'
LABEL = r"[\w .,:/()+=…#;-]*"
MADE_BY_US = {
    "graph mermaid": rf'flowchart LR|  n\d+\["{LABEL}<br/>{LABEL}"\]|  n\d --> n\d',
    "graph dot": r"digraph lineage {|  rankdir=LR;|}|"
    rf"  {QUOTED} \[shape=box, label={QUOTED}\];|  {QUOTED} -> {QUOTED};",
}


@pytest.mark.parametrize("name", MADE_BY_US)
def test_a_diagram_has_only_lines_of_our_own_making(name: str) -> None:
    made = re.compile(MADE_BY_US[name])

    def judge(diagram: str) -> list[str]:
        return [line[:80] for line in diagram.splitlines() if not made.fullmatch(line)]

    assert {} == unsafe(name, judge)
