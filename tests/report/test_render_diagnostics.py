"""Problems in four formats, the same facts in each."""

from __future__ import annotations

import json

import pytest

from reconciler.diagnostic import Diagnostic, Severity, SourceLocation
from reconciler.report.diagnostics import render_diagnostics
from tests.report.golden import assert_golden
from tests.report.samples import PROBLEMS, WARNING


def many(number: int) -> list[Diagnostic]:
    places = (SourceLocation("a.yaml", line, 1) for line in range(1, number + 1))
    return [Diagnostic(Severity.ERROR, "code", "message", place) for place in places]


@pytest.mark.parametrize(
    ("format_", "file"),
    [("text", "txt"), ("json", "json"), ("github", "github"), ("sarif", "sarif")],
)
def test_each_format(format_: str, file: str) -> None:
    assert_golden(f"problems.{file}", render_diagnostics(PROBLEMS, format_))


def test_problems_are_sorted_by_place() -> None:
    shuffled = [PROBLEMS[2], PROBLEMS[0], PROBLEMS[3], PROBLEMS[1]]

    assert render_diagnostics(PROBLEMS) == render_diagnostics(shuffled)


def test_a_warning_begins_with_the_word() -> None:
    assert render_diagnostics([WARNING]).startswith("warning: manifests/support.yaml:18:3: ")


def test_after_a_hundred_the_rest_is_counted() -> None:
    lines = render_diagnostics(many(103)).splitlines()

    assert (101, "… and 3 more") == (len(lines), lines[-1])


def test_json_holds_all_of_them() -> None:
    assert len(json.loads(render_diagnostics(many(103), "json"))["diagnostics"]) == 103


def test_warnings_alone_are_valid() -> None:
    assert json.loads(render_diagnostics([WARNING], "json"))["valid"] is True


def test_no_problem_is_no_text() -> None:
    assert render_diagnostics([]) == ""


def test_no_problem_is_an_empty_json_document() -> None:
    assert json.loads(render_diagnostics([], "json")) == {"valid": True, "diagnostics": []}


def test_an_annotation_cannot_be_broken_out_of() -> None:
    place = SourceLocation("a,line=9::b\n.yaml", 1, 1)
    evil = Diagnostic(Severity.ERROR, "code", "x\n::warning::y%", place, hint="h\r\n::error::z")

    text = render_diagnostics([evil], "github")

    assert text.count("\n") == 1
    assert text.startswith("::error file=a%2Cline=9%3A%3Ab\\n.yaml,line=1,")


def test_a_line_of_text_is_never_a_workflow_command() -> None:
    evil = Diagnostic(Severity.ERROR, "code", "x", SourceLocation("::error::x", 1, 1))

    assert not render_diagnostics([evil]).startswith("::")


def test_sarif_names_each_code_once() -> None:
    (run,) = json.loads(render_diagnostics(many(3), "sarif"))["runs"]

    assert ["code"] == [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert [0, 0, 0] == [result["ruleIndex"] for result in run["results"]]


def test_sarif_names_a_file_by_its_bytes() -> None:
    place = SourceLocation("manifests/a\udcff b.yaml", 1, 1)

    text = render_diagnostics([Diagnostic(Severity.ERROR, "code", "x", place)], "sarif")

    assert '"uri": "manifests/a%FF%20b.yaml"' in text
