"""What cannot go on because of something it depends on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from reconciler.diff.change import Action
from reconciler.live.state import StoredContent
from tests.desired.manifests import (
    JOB,
    account,
    dataset,
    desired,
    job,
    live,
    made,
    manifest,
    one,
    weights,
)
from tests.plan.planning import allowing, of, plan, refusals

if TYPE_CHECKING:
    from reconciler.live.state import LiveResource

CAREFREE = allowing("Dataset/chat")
NEXT = job("next", {"dataset": "talk", "warmStartFrom": "bot"})
PROJECT = (dataset(), dataset("talk"), job(), NEXT)


def _first(state: str) -> LiveResource:
    return made(one(desired(*PROJECT), f"{JOB}/bot"), state)


def test_what_depends_on_a_refused_change_is_blocked() -> None:
    wrong = made(one(desired(dataset()), "Dataset/chat"), format="COMPLETION")
    shown = plan([dataset(), job()], account(wrong))

    assert ["blocked-dependency"] == refusals(shown, f"{JOB}/bot")
    assert ("waits for Dataset/chat, which is refused",) == of(shown, f"{JOB}/bot").blocked_by


def test_the_first_cause_is_named_along_a_chain() -> None:
    wrong = made(one(desired(dataset()), "Dataset/chat"), format="COMPLETION")
    shown = plan(PROJECT, account(wrong))

    assert ("waits for Dataset/chat, which is refused",) == of(shown, f"{JOB}/next").blocked_by


@pytest.mark.parametrize("state", ["JOB_STATE_FAILED", "JOB_STATE_CANCELLED", "JOB_STATE_EXPIRED"])
def test_what_builds_on_a_failed_job_is_blocked(state: str) -> None:
    shown = plan(PROJECT, account(_first(state)))

    assert ["blocked-dependency"] == refusals(shown, f"{JOB}/next")


def test_what_builds_on_a_job_that_is_being_deleted_is_blocked() -> None:
    shown = plan(PROJECT, account(_first("JOB_STATE_DELETING")))

    assert (f"waits for {JOB}/bot, which is being deleted",) == of(shown, f"{JOB}/next").blocked_by


def test_what_builds_on_lost_bytes_is_blocked_until_they_are_sent_again() -> None:
    rows = dataset(hashed=True)
    stored = made(one(desired(rows), "Dataset/chat"))
    found = account(stored, content={stored.name: StoredContent({"chat.jsonl": None})})
    as_it_is = of(plan([rows, job()], found, CAREFREE), f"{JOB}/bot")
    made_again = of(plan([rows, job()], found, CAREFREE, ["Dataset/chat"]), f"{JOB}/bot")

    said = "waits for Dataset/chat, which does not hold the declared bytes any more"
    assert (f"{said}: --replace Dataset/chat",) == as_it_is.blocked_by
    assert () == made_again.blocked_by


def test_what_builds_on_a_model_that_is_gone_is_blocked() -> None:
    shown = plan(PROJECT, account(_first("JOB_STATE_COMPLETED")))

    assert "accounts/acme/models/bot is gone" in of(shown, f"{JOB}/next").blocked_by[0]


@pytest.mark.parametrize("state", ["JOB_STATE_RUNNING", "JOB_STATE_PAUSED", "QUARANTINED"])
def test_what_builds_on_a_job_that_may_still_end_well_is_not_blocked(state: str) -> None:
    shown = plan(PROJECT, account(_first(state)))

    assert () == of(shown, f"{JOB}/next").blocked_by


def test_what_builds_on_a_finished_job_runs() -> None:
    shown = plan(PROJECT, account(_first("JOB_STATE_COMPLETED"), live("Model/bot")))

    assert (Action.RUN, ()) == (
        of(shown, f"{JOB}/next").action,
        of(shown, f"{JOB}/next").blocked_by,
    )


def test_what_depends_on_an_unread_list_is_blocked() -> None:
    shown = plan([dataset(), job()], account(incomplete={"Dataset": "503"}))

    assert ("waits for Dataset/chat, which could not be read",) == (
        of(shown, f"{JOB}/bot").blocked_by
    )


def test_a_plan_of_an_unread_list_is_not_complete() -> None:
    shown = plan([dataset(), job()], account(incomplete={"Dataset": "503"}))

    assert not shown.complete
    assert ["not-read"] == [said.code for said in shown.diagnostics]


def test_a_finished_job_does_not_care_for_a_refused_dataset() -> None:
    wrong = made(one(desired(dataset()), "Dataset/chat"), format="COMPLETION")
    follower = job("next", {"dataset": "talk", "warmStartFrom": "bot"})
    found = account(wrong, _first("JOB_STATE_COMPLETED"), live("Model/bot"))
    shown = plan([dataset(), dataset("talk"), job(), follower], found)

    assert () == of(shown, f"{JOB}/next").blocked_by


def test_a_description_of_a_model_that_will_not_come_is_blocked() -> None:
    described = manifest("Model/bot", {"displayName": "Bot"})
    shown = plan([*PROJECT, described], account(_first("JOB_STATE_FAILED")))

    assert ["blocked-dependency"] == refusals(shown, "Model/bot")


def test_what_does_not_depend_on_it_goes_on() -> None:
    wrong = made(one(desired(dataset()), "Dataset/chat"), format="COMPLETION")

    assert () == of(plan([dataset(), weights()], account(wrong)), "Model/base").blocked_by
