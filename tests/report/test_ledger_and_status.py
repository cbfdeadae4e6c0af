"""What became of an apply, and what is live."""

from __future__ import annotations

import json
from dataclasses import replace

from reconciler.execute.outcome import Outcome, Status
from reconciler.live.state import LiveResource, LiveState
from reconciler.report.ledger import render_outcomes
from reconciler.report.ledger_json import outcomes_json
from reconciler.report.status import render_status, status_json
from reconciler.report.status_rows import status_rows
from reconciler.report.style import Style
from tests.report.golden import assert_golden
from tests.report.samples import (
    CREATE,
    EMPTY,
    OUTCOMES,
    PLAN,
    ROWS,
    SAME,
    TUNE,
    account,
    desired,
    live,
)

PLAIN = Style()


def test_a_whole_ledger() -> None:
    assert_golden("ledger.txt", render_outcomes(OUTCOMES, PLAN, PLAIN))


def test_what_did_not_stick_is_told_with_its_reason() -> None:
    text = render_outcomes(OUTCOMES[:1], PLAN, PLAIN, [CREATE])

    assert "left     + Dataset/support-chat  did not stick: create" in text


def test_unchanged_resources_are_not_told() -> None:
    text = render_outcomes([Outcome(SAME, Status.DONE, "ready")], EMPTY, PLAIN)

    assert text == "Nothing to do: the account matches the manifests.\n"


def test_an_unchanged_job_that_still_runs_is_told() -> None:
    text = render_outcomes([Outcome(SAME, Status.RUNNING, "running")], EMPTY, PLAIN)

    assert "1 still running" in text


def test_what_the_platform_estimates_stands_beside_what_the_plan_did() -> None:
    started = Outcome(TUNE, Status.RUNNING, "pending", estimated_usd=31.9)

    said = "the platform estimates $31.90, the plan $28.00-37.00"
    assert said in render_outcomes([started], PLAN, PLAIN)
    assert 31.9 == json.loads(outcomes_json([started]))["outcomes"][0]["estimated_usd"]


def test_a_price_of_the_platform_for_what_the_plan_did_not_price_is_left_to_status() -> None:
    there = Outcome(SAME, Status.RUNNING, "pending", estimated_usd=31.9)

    assert "estimates" not in render_outcomes([there], PLAN, PLAIN)


def test_a_job_that_runs_without_a_word_of_progress_is_called_out() -> None:
    silent = live(TUNE, "JOB_STATE_RUNNING", jobProgress={"percent": 0})
    (row,) = status_rows(desired(), LiveState("acme", {silent.name: silent}), everything=True)

    assert "no progress reported yet" in row.note


def test_a_skipped_change_names_its_cause() -> None:
    skipped = Outcome(ROWS, Status.SKIPPED, "", because=SAME)

    assert "← Dataset/eval" in render_outcomes([skipped], PLAN, PLAIN)


def test_the_status_of_the_project() -> None:
    assert_golden("status.txt", render_status(desired(), account(), PLAIN))


def test_the_status_of_the_whole_account() -> None:
    assert_golden("status-all.txt", render_status(desired(), account(), PLAIN, everything=True))


def test_the_json_status_holds_the_same_rows() -> None:
    document = json.loads(status_json(desired(), account()))

    rows = status_rows(desired(), account())
    assert [row.resource for row in rows] == [row["resource"] for row in document["resources"]]


def test_an_unread_collection_is_not_taken_for_an_empty_one() -> None:
    unread = replace(account(), resources={}, incomplete={"Dataset": "page 2 failed"})

    row = status_rows(desired(), unread)[0]

    assert row.state == "not read"
    assert "Dataset: not read: page 2 failed" in render_status(desired(), unread, PLAIN)


def test_an_empty_account_says_so() -> None:
    empty = LiveState("acme", {})

    assert render_status(desired(), empty, PLAIN, everything=True) == "Nothing is live.\n"


def test_a_signed_url_is_never_shown() -> None:
    live = account()
    job = next(one for one in live.resources.values() if one.kind.startswith("Supervised"))
    signed = replace(
        job, body={**job.body, "wandbConfig": {"url": "https://x/?X-Goog-Signature=1"}}
    )
    state = replace(live, resources={**live.resources, job.name: signed})

    assert "X-Goog" not in status_json(desired(), state) + render_status(desired(), state, PLAIN)


def test_the_output_model_of_a_declared_job_is_no_stranger() -> None:
    model = LiveResource("Model", "accounts/acme/models/second", "READY", {})
    live = replace(account(), resources={model.name: model})

    (row,) = status_rows(desired(), live, everything=True)

    assert row.note == "made by SupervisedFineTuningJob/second"
