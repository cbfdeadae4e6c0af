"""What became of an apply, and what is live."""

from __future__ import annotations

import json
from dataclasses import replace

from reconciler.execute.outcome import Outcome, Status
from reconciler.live.state import LiveResource, LiveState
from reconciler.report.ledger import render_outcomes
from reconciler.report.status import render_status, status_json
from reconciler.report.status_rows import status_rows
from reconciler.report.style import Style
from tests.report.golden import assert_golden
from tests.report.samples import CREATE, EMPTY, OUTCOMES, PLAN, ROWS, SAME, account, desired

PLAIN = Style()


def test_a_whole_ledger() -> None:
    assert_golden("ledger.txt", render_outcomes(OUTCOMES, PLAN, PLAIN))


def test_what_did_not_stick_is_told_with_its_reason() -> None:
    text = render_outcomes(OUTCOMES[:1], PLAN, PLAIN, [CREATE])

    assert "left     + Dataset/support-chat  did not stick: create" in text


def test_unchanged_resources_are_not_told() -> None:
    text = render_outcomes([Outcome(SAME, Status.DONE, "ready")], EMPTY, PLAIN)

    assert text == "Nothing to do: everything is as the manifests say.\n"


def test_an_unchanged_job_that_still_runs_is_told() -> None:
    text = render_outcomes([Outcome(SAME, Status.RUNNING, "running")], EMPTY, PLAIN)

    assert "1 still running" in text


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
