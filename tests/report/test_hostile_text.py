"""Foreign text acts nowhere: not in a terminal, a log, an annotation, a diagram or an image.

A new renderer needs a row in ``PRINTED`` of tests/report/printed.py, or a test of its own over
``HOSTILE``.
"""

from __future__ import annotations

import json
import re
from functools import cache
from typing import TYPE_CHECKING
from xml.etree import ElementTree

import pytest

from tests.hostile import (
    HOSTILE,
    runner_commands,
    unsafe_in_html,
    unsafe_in_log,
    unsafe_in_markdown,
)
from tests.report.printed import OURS, PRINTED

if TYPE_CHECKING:
    from collections.abc import Callable

JSON = [name for name in PRINTED if name.endswith(("json", "sarif", "saved plan"))]
LINES = {
    "events": ["{"],
    "progress": list("0123456789"),
    "problems github": ["::error file="],
    "drift github": [":"],
}
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
    ours = OURS.get(name, set())

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
