"""A plan as a comment: what a reviewer reads first, what is folded away, what has to go."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from reconciler.diff.change import Action, FieldChange
from reconciler.manifest.row_change import RowChange, Rows
from reconciler.plan.plan import Group
from reconciler.ref import ResourceRef
from reconciler.report.about import About
from reconciler.report.markdown.headline import digest_of
from reconciler.report.markdown.ledger import ledger_markdown
from reconciler.report.markdown.plan import plan_markdown
from tests.hostile import COMMENT_ELEMENTS, HOSTILE, unsafe_in_log, unsafe_in_markdown
from tests.report import hostile_samples as hostile
from tests.report.golden import assert_golden
from tests.report.samples import CREATE, DELETE, EMPTY, OUTCOMES, PLAN, RUN, UPDATE, with_change

if TYPE_CHECKING:
    from reconciler.plan.plan import Plan, PlannedChange

ABOUT = About("ml/support", "prod")
MARKER = "<!-- reconciler:v1 ml/support@prod -->"
ELEMENTS = (*COMMENT_ELEMENTS, "span")


def copies(change: PlannedChange, number: int) -> tuple[PlannedChange, ...]:
    """The same change of so many resources, with fields enough to be worth a diff."""
    fields = tuple(FieldChange(f"field{n}", "a" * 50, "b" * 50, "") for n in range(5))
    return tuple(
        with_change(
            change,
            resource=replace(change.change.resource, ref=ResourceRef("Dataset", f"rows-{n}")),
            fields=fields,
        )
        for n in range(number)
    )


def large(*changes: PlannedChange) -> Plan:
    return replace(PLAN, changes=(*changes, *copies(UPDATE, 300)))


def test_a_whole_plan() -> None:
    """The digest's own tests say how it is made; here it only has to stand where it belongs."""
    digest = digest_of(PLAN)
    short = digest.partition(":")[2][:12]
    text = plan_markdown(PLAN, ABOUT).replace(digest, "sha256:<digest>").replace(short, "<short>")

    assert_golden("plan.md", text)


def test_the_headline_counts_what_this_change_does() -> None:
    groups = (Group.THIS_CHANGE, Group.THIS_CHANGE, Group.PENDING, Group.DRIFT)
    changes = (replace(c, group=g) for c, g in zip(PLAN.changes[:4], groups, strict=True))

    text = plan_markdown(replace(PLAN, changes=tuple(changes), base="4f1c2d9"), ABOUT)

    assert ": 1 create · 1 **run**" == text.splitlines()[1][-len(": 1 create · 1 **run**") :]
    assert "**1 already pending**" in text
    assert "**1 drift**" in text
    assert text.index("**This change**") < text.index("**Already pending**: ")
    assert text.index("**Already pending**: ") < text.index("**Drift**: ")


def test_the_first_line_names_project_and_environment() -> None:
    assert plan_markdown(PLAN, ABOUT).startswith(f"{MARKER}\n### ")


def test_a_plan_without_changes_is_one_line() -> None:
    marker, line = plan_markdown(EMPTY, ABOUT).splitlines()

    assert (MARKER, True) == (marker, ": no changes · " in line)


def test_a_plan_with_a_failed_job_is_not_quiet() -> None:
    standing = replace(PLAN, changes=tuple(c for c in PLAN.changes if c.action is Action.NONE))

    assert "has run and failed" in plan_markdown(standing, ABOUT)


def test_the_headline_has_at_most_ten_lines() -> None:
    text = plan_markdown(replace(PLAN, complete=False), ABOUT)

    assert text[: text.index("**Blocked**")].rstrip().count("\n") < 10


def test_without_an_environment_the_account_names_it() -> None:
    text = plan_markdown(PLAN, About())

    assert text.startswith("<!-- reconciler:v1 . -->\n### 🔴 <code>acme</code>: ")


def test_no_name_ends_the_marker() -> None:
    marker = plan_markdown(PLAN, About("a --> b", "--!> c")).splitlines()[0]

    assert "<!-- reconciler:v1 a%20--%3e%20b@--%21%3e%20c -->" == marker


def test_a_long_name_has_a_marker_of_its_own_all_the_same() -> None:
    one, other = (plan_markdown(PLAN, About("a" * 5000 + end)).splitlines()[0] for end in "xy")

    assert one != other
    assert len(one) < 250


def test_rows_that_came_and_went_are_counted() -> None:
    change = with_change(CREATE, rows=RowChange(Rows(41, (1, 2, 3)), Rows(3, (7, 8, 9)), "4f1c2d9"))

    text = plan_markdown(replace(PLAN, changes=(change,)), ABOUT)

    assert "- 3 rows\n+ 41 rows\n" in text


def test_changed_rows_are_counted_by_themselves() -> None:
    rows = RowChange(Rows(), Rows(), "4f1c2d9", Rows(2, (3, 4)), Rows(2, (3, 4)))
    text = plan_markdown(replace(PLAN, changes=(with_change(CREATE, rows=rows),)), ABOUT)

    assert "@@\n! 2 rows changed\n```" in text


def test_a_plan_of_any_size_stays_below_the_budget() -> None:
    text = plan_markdown(large(), ABOUT)

    assert len(text.encode()) <= 60_000
    assert "**Left out** to stay below 60,000 bytes, the least dangerous first: " in text


def test_what_loses_data_and_what_costs_is_kept_with_its_detail() -> None:
    paid = with_change(RUN, fields=(FieldChange("epochs", 2, 3, ""),))

    text = plan_markdown(large(*copies(CREATE, 100), DELETE, paid), ABOUT)

    assert "Dataset/support-2024" in text
    assert "+ epochs: 3" in text


def test_creates_go_before_edits() -> None:
    text = plan_markdown(large(CREATE), ABOUT)

    assert "Dataset/support-chat" not in text


def test_a_small_budget_says_what_went() -> None:
    text = plan_markdown(PLAN, ABOUT, budget=2_500)

    assert len(text.encode()) <= 2_500
    assert "lineage (1)" in text.splitlines()[-1]


@pytest.mark.parametrize("title", HOSTILE)
def test_no_text_of_others_acts_in_a_comment(title: str) -> None:
    text = HOSTILE[title]
    about = About(text, text)

    for markdown in (
        plan_markdown(hostile.plan(text), about),
        ledger_markdown(
            hostile.plan(text), hostile.outcomes(text), [hostile.planned(text)], 4, about
        ),
    ):
        comment = markdown.splitlines()[0].removeprefix("<!-- ").removesuffix(" -->")

        assert [] == unsafe_in_markdown(markdown, ELEMENTS, [comment])
        assert [] == unsafe_in_log(markdown)
        assert len(markdown.encode()) <= 60_000


def test_the_ledger_as_a_step_summary() -> None:
    assert_golden("ledger.md", ledger_markdown(PLAN, OUTCOMES, (), 4, ABOUT))
