"""The plan as text: every fact that the contract promises, in a form that is read from the end."""

from __future__ import annotations

from dataclasses import replace

import pytest

from reconciler.diff.change import Action, FieldChange
from reconciler.plan.plan import Cost, Leg
from reconciler.ref import ResourceRef
from reconciler.report.chain import chain_text
from reconciler.report.money import cost_text
from reconciler.report.style import Style
from reconciler.report.text_plan import render_plan
from tests.report.golden import assert_golden
from tests.report.samples import CREATE, DELETE, EMPTY, PLAN, RUN, SAFE, UPDATE, with_change

PLAIN = Style(width=100)


def test_a_whole_plan() -> None:
    assert_golden("plan.txt", render_plan(PLAN, PLAIN))


def test_a_plan_in_ascii_at_the_narrowest_width() -> None:
    text = render_plan(PLAN, Style(width=80, unicode=False))

    assert text.isascii()
    assert_golden("plan-ascii.txt", text)


def test_a_plan_without_changes_says_so() -> None:
    assert_golden("plan-empty.txt", render_plan(EMPTY, PLAIN))


@pytest.mark.parametrize("action", [action for action in Action if action is not Action.NONE])
def test_every_action_shows_its_symbol_and_its_word(action: Action) -> None:
    text = render_plan(replace(SAFE, changes=(with_change(CREATE, action=action),)), PLAIN)

    assert f"{action.symbol} Dataset/support-chat  {action.word}" in text


def test_colour_changes_no_character() -> None:
    import re

    coloured = render_plan(PLAN, Style(colour=True))

    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == render_plan(PLAN, Style())
    assert coloured != render_plan(PLAN, Style())


def test_unchanged_resources_are_only_counted() -> None:
    text = render_plan(PLAN, PLAIN)

    assert ("Dataset/eval" in text, "Unchanged 2" in text) == (False, True)


def test_a_job_that_failed_is_told_though_nothing_changes() -> None:
    line = "= SupervisedFineTuningJob/last-year    no change: has run and failed"

    assert line in render_plan(PLAN, PLAIN)


def test_the_next_command_stands_last() -> None:
    assert render_plan(SAFE, PLAIN, "reconciler apply plan.json").endswith(
        "\nNext: reconciler apply plan.json\n"
    )


def test_a_plan_in_which_everything_is_blocked_names_no_next_command() -> None:
    text = render_plan(replace(PLAN, changes=(DELETE,)), PLAIN)

    assert ("Next:" in text, "Refused (exit 6)" in text) == (False, True)


def test_a_wish_that_is_refused_is_not_called_no_change() -> None:
    (job,) = [change for change in PLAN.changes if "last-year" in str(change.ref)]
    asked = replace(job, blocked_by=("a job is not replaced",))

    text = render_plan(replace(PLAN, changes=(asked,)), PLAIN)

    assert "No changes: what was asked for is refused (1).\n" in text
    assert "the account matches the manifests" not in text


def test_a_refusal_is_told_once_with_its_way_out() -> None:
    text = render_plan(PLAN, PLAIN)

    assert text.count("lifecycle.preventDestroy is on") == 1
    assert "hint: --allow delete:Dataset/support-2024" in text


def test_another_base_url_is_shown() -> None:
    text = render_plan(replace(SAFE, base_url="http://127.0.0.1:8080"), PLAIN)

    assert "http://127.0.0.1:8080" in text.splitlines()[0]


def test_one_unknown_cost_leaves_the_sum_without_a_high_end() -> None:
    unknown = replace(RUN, cost=Cost(None, None, "unknown: no prices are given"))

    text = render_plan(replace(PLAN, changes=(RUN, unknown)), PLAIN)

    assert "\nEstimated cost: at least $28.00 (not every part is known)\n" in text


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [
        (28.0, 37.0, "$28.00-37.00"),
        (28.0, 28.001, "$28.00"),
        (0.001, 0.002, "under $0.01"),
        (0.001, 12.0, "up to $12.00"),
        (28.0, None, "at least $28.00"),
        (0.001, None, "unknown"),
        (None, None, "unknown"),
        (0.0, 0.0, "$0.00"),
    ],
)
def test_a_range_shows_the_ends_that_say_something(
    low: float | None, high: float | None, said: str
) -> None:
    assert said == cost_text(Cost(low, high, ""))


def test_what_a_cost_is_worked_out_from_stands_once_and_within_the_width() -> None:
    basis = "1.5k to 5.5k tokens guessed from the bytes x 2 epochs x $0.50 per million; 2026-07-01"
    told = replace(RUN, cost=Cost(28.0, 37.0, basis))

    text = render_plan(replace(PLAN, changes=(told,)), Style(width=80))

    assert 1 == " ".join(text.split()).count(basis)
    assert "\nEstimated cost: $28.00-37.00\n" in text
    assert [] == [line for line in text.splitlines() if "tokens" in line and len(line) > 80]


def test_a_critical_path_ends_its_lines_between_two_changes() -> None:
    legs = tuple(Leg(ResourceRef("Dataset", f"d{n}" * 9), Action.CREATE, 9) for n in range(6))
    text = render_plan(replace(PLAN, critical_path=legs), Style(width=80))

    path = text[text.index("Critical path") : text.index("\nreads:")]

    assert 80 >= max(map(len, path.splitlines()))
    assert all(line.endswith(" →") for line in path.splitlines()[:-1])
    assert chain_text(replace(PLAN, critical_path=legs)) == " ".join(path.split())


def test_an_incomplete_read_is_said() -> None:
    assert "Incomplete: part of the account" in render_plan(replace(SAFE, complete=False), PLAIN)


def test_text_of_others_cannot_move_the_cursor_or_start_a_command() -> None:
    evil = FieldChange("displayName", "\x1b[2J", "a\n::error::x\u202eb", "a\rb")
    change = with_change(UPDATE, fields=(evil,))

    text = render_plan(replace(PLAN, changes=(change,)), PLAIN)

    assert not any(sign in text for sign in ("\x1b", "\r", "\u202e"))
    assert not any(line.lstrip().startswith("::") for line in text.splitlines())


def test_long_values_are_cut() -> None:
    change = with_change(UPDATE, fields=(FieldChange("d", "x" * 500, "y" * 500, ""),))

    longest = max(
        len(line) for line in render_plan(replace(PLAN, changes=(change,)), PLAIN).split()
    )

    assert longest <= 121


def test_an_id_that_is_not_the_name_is_shown() -> None:
    hashed = replace(CREATE.change.resource, name="accounts/acme/datasets/support-chat-912edf7cb5")

    text = render_plan(replace(PLAN, changes=(with_change(CREATE, resource=hashed),)), PLAIN)

    assert "is not in the account · id support-chat-912edf7cb5" in text
