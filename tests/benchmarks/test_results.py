"""A new table takes the place of the old one; what is written about it stays."""

from __future__ import annotations

import pytest

from benchmarks.results import RESULTS, with_table
from tests.structure.source_tree import ROOT

TEXT = """\
# Results

## The first: `one`

*yesterday*

| what |
| --- |
| old |

Why it is so.

## The second: `two`

| what |
"""


def test_only_the_table_of_the_suite_is_replaced() -> None:
    new = with_table(TEXT, "one", ["| what |", "| --- |", "| new |"], "*today*")

    assert TEXT.replace("yesterday", "today").replace("| old |", "| new |") == new


def test_a_table_comes_into_a_section_that_has_none() -> None:
    new = with_table("## Empty: `one`\n\nWords.\n", "one", ["| a |"], "*today*")

    assert "## Empty: `one`\n\n*today*\n\n| a |\n\nWords.\n" == new


def test_a_suite_without_a_section_is_an_error() -> None:
    with pytest.raises(SystemExit, match="`three`"):
        with_table(TEXT, "three", [], "")


def test_every_suite_has_its_section_in_the_results() -> None:
    listed = (ROOT / "benchmarks/__main__.py").read_text().partition("SUITES = {")[2]
    suites = [line.split('"')[1] for line in listed.partition("}")[0].splitlines() if '"' in line]

    assert all(f": `{suite}`\n" in RESULTS.read_text() for suite in suites)
