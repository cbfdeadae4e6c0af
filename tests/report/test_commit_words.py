"""A plan of files that differ from the commit says so in every rendering that names the commit."""

from __future__ import annotations

from dataclasses import replace

import pytest

from reconciler.report.about import About
from reconciler.report.plan_formats import render_plan_as
from reconciler.report.words import commit_text
from tests.report.samples import PLAN

COMMIT = "93f068e363c0ffee93f068e363c0ffee93f068e3"


@pytest.mark.parametrize("format_name", ["text", "markdown", "html", "json"])
def test_files_that_differ_from_the_commit_are_told(format_name: str) -> None:
    dirty = replace(PLAN, commit=f"{COMMIT}-dirty")
    text = render_plan_as(format_name, dirty, About())

    assert commit_text(dirty.commit) in text or dirty.commit in text


def test_a_commit_is_told_by_its_beginning() -> None:
    assert ("93f068e363", "93f068e363-dirty", "") == (
        commit_text(COMMIT),
        commit_text(f"{COMMIT}-dirty"),
        commit_text(""),
    )
