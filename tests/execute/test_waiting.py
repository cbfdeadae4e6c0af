"""Waiting: what --wait asks for, odd states endured, failures told in the platform's words."""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from reconciler.diff.change import Action, Reason
from reconciler.diff.diff import NOT_READ
from reconciler.errors import Unavailable
from reconciler.execute.options import Wait
from reconciler.execute.outcome import Status
from tests.execute.fake_provider import FakeProvider
from tests.execute.plans import DATASET, JOB, apply, dataset, job, planned, resource

if TYPE_CHECKING:
    from reconciler.plan.plan import PlannedChange

AFTER_JOB = ["SupervisedFineTuningJob/tune"]


def unchanged_job(provider: FakeProvider, *states: str) -> PlannedChange:
    record = provider.put(JOB, "tune", {"epochs": 1}, *states)
    return planned(Action.NONE, resource("SupervisedFineTuningJob/tune"), live=record.seen())


def test_a_job_is_done_with_once_it_has_started() -> None:
    done = apply(FakeProvider(), job())

    assert (Status.RUNNING, "pending") == (done.only.status, done.only.detail)


def test_a_job_that_is_completed_at_the_first_look_is_done() -> None:
    done = apply(FakeProvider(job_states=("JOB_STATE_COMPLETED",)), job())

    assert Status.DONE is done.only.status


def test_what_needs_a_started_job_waits_for_the_next_apply() -> None:
    done = apply(FakeProvider(), job(), dataset("later", after=AFTER_JOB))

    assert Status.WAITING is done["Dataset/later"].status
    assert str(done["Dataset/later"].because) == AFTER_JOB[0]


def test_what_needs_a_job_goes_on_when_the_job_was_waited_for() -> None:
    done = apply(FakeProvider(), job(), dataset("later", after=AFTER_JOB), wait=Wait.READY)

    assert Status.DONE is done["Dataset/later"].status


def test_what_a_job_needs_is_waited_for_under_started_too() -> None:
    provider = FakeProvider(landings=3)

    done = apply(provider, dataset(), job(after=["Dataset/rows"]), wait=Wait.STARTED)

    assert Status.RUNNING is done["SupervisedFineTuningJob/tune"].status


def test_under_wait_none_a_job_whose_dataset_is_not_ready_is_not_started() -> None:
    provider = FakeProvider(landings=3)

    done = apply(provider, dataset(), job(after=["Dataset/rows"]), wait=Wait.NONE)

    assert Status.WAITING is done["SupervisedFineTuningJob/tune"].status
    assert provider.made(JOB) == []


def test_states_that_go_back_and_forth_are_endured() -> None:
    states = ("CREATING", "RUNNING", "CREATING", "RUNNING", "COMPLETED")
    provider = FakeProvider(job_states=tuple(f"JOB_STATE_{state}" for state in states))

    assert Status.DONE is apply(provider, job(), wait=Wait.READY).only.status


@pytest.mark.parametrize("state", ["JOB_STATE_QUARANTINED", "JOB_STATE_PAUSED"])
def test_a_state_that_is_unknown_or_halted_is_told_once_and_endured(state: str) -> None:
    provider = FakeProvider(job_states=(state, state, state, "JOB_STATE_COMPLETED"))

    done = apply(provider, job(), wait=Wait.READY)

    assert Status.DONE is done.only.status
    assert len([text for text in done.texts("notice") if state in text]) == 1


def test_a_job_that_stands_still_for_half_an_hour_is_called_out_and_waited_for() -> None:
    states = ("JOB_STATE_RUNNING",) * 100 + ("JOB_STATE_COMPLETED",)

    done = apply(FakeProvider(job_states=states), job(), wait=Wait.READY)

    assert Status.DONE is done.only.status
    assert done.texts("notice")[0] == "running: no progress for 30 min, it may be stuck"


def test_a_job_that_moves_is_not_called_out() -> None:
    provider = FakeProvider(job_states=("JOB_STATE_RUNNING",) * 100 + ("JOB_STATE_COMPLETED",))
    looks = itertools.count()

    def go_on(_verb: str, _id: str) -> None:
        for record in provider.made(JOB):
            record.body["jobProgress"] = {"percent": next(looks) // 2}

    provider.before = go_on

    assert [] == apply(provider, job(), wait=Wait.READY).texts("notice")


def test_what_the_platform_says_that_a_job_costs_is_part_of_the_outcome() -> None:
    provider = FakeProvider()

    def price(_verb: str, _id: str) -> None:
        for record in provider.made(JOB):
            record.body["estimatedCost"] = {"currencyCode": "USD", "units": "31"}

    provider.before = price

    assert 31.0 == apply(provider, job()).only.estimated_usd


@pytest.mark.parametrize("state", ["JOB_STATE_FAILED", "JOB_STATE_CANCELLED", "JOB_STATE_EXPIRED"])
def test_a_job_that_ends_badly_fails_in_the_platforms_words(state: str) -> None:
    provider = FakeProvider(job_states=("JOB_STATE_RUNNING", state))

    def blame(_verb: str, _id: str) -> None:
        for record in provider.made(JOB):
            record.body["status"] = {"code": "INTERNAL", "message": "out of memory"}

    provider.before = blame

    done = apply(provider, job(), wait=Wait.READY)

    assert (Status.FAILED, f"ended as {state}: out of memory") == (
        done.only.status,
        done.only.detail,
    )


def test_a_job_that_outlasts_the_timeout_is_still_running() -> None:
    provider = FakeProvider(job_states=("JOB_STATE_RUNNING",))

    done = apply(provider, job(), wait=Wait.READY, timeout=90.0)

    assert Status.RUNNING is done.only.status
    assert provider.clock.now() <= 90.0


def test_progress_is_told_in_percent() -> None:
    provider = FakeProvider(job_states=("JOB_STATE_RUNNING",) * 3 + ("JOB_STATE_COMPLETED",))

    def progress(_verb: str, _id: str) -> None:
        for record in provider.made(JOB):
            record.body["jobProgress"] = {"percent": 40, "epoch": 1}

    provider.before = progress

    done = apply(provider, job(), wait=Wait.READY)

    told = [(e.text, e.done, e.total) for e in done.events if e.type.value == "progress"]
    assert ("running 40 %, epoch 1", 40, 100) in told


def test_a_short_silence_of_the_platform_does_not_end_the_waiting() -> None:
    provider = FakeProvider()
    reads = iter(range(100))

    def silent(verb: str, _id: str) -> None:
        if verb == "read" and next(reads) in (2, 3):
            raise Unavailable("no answer", status=503)

    provider.before = silent

    assert Status.DONE is apply(provider, job(), wait=Wait.READY).only.status


def test_a_job_deleted_while_waited_for_fails() -> None:
    provider = FakeProvider(job_states=("JOB_STATE_RUNNING", "JOB_STATE_DELETING"))

    def vanish(_verb: str, _id: str) -> None:
        if provider.clock.now() > 5:
            provider.records.clear()

    provider.before = vanish

    done = apply(provider, job(), wait=Wait.READY)

    assert Status.FAILED is done.only.status
    assert "was deleted during the wait" in done.only.detail


def test_waiting_jobs_hold_no_worker() -> None:
    provider = FakeProvider()

    done = apply(provider, job("a"), job("b"), dataset(), wait=Wait.READY, parallelism=1)

    assert [Status.DONE] * 3 == [outcome.status for outcome in done.all]
    assert provider.calls.index(("create", "rows")) < len(provider.calls) - 4


def test_an_unchanged_job_that_still_runs_keeps_its_dependants_waiting() -> None:
    provider = FakeProvider()
    running = unchanged_job(provider, "JOB_STATE_RUNNING")

    done = apply(provider, running, dataset("later", after=AFTER_JOB))

    assert [Status.RUNNING, Status.WAITING] == [outcome.status for outcome in done.all]


def test_an_unchanged_job_is_waited_for_when_that_was_asked() -> None:
    provider = FakeProvider()
    running = unchanged_job(provider, "JOB_STATE_RUNNING", "JOB_STATE_COMPLETED")

    done = apply(provider, running, dataset("later", after=AFTER_JOB), wait=Wait.READY)

    assert [Status.DONE, Status.DONE] == [outcome.status for outcome in done.all]


def test_a_job_that_failed_in_an_earlier_run_has_run() -> None:
    provider = FakeProvider()

    done = apply(provider, unchanged_job(provider, "JOB_STATE_FAILED"))

    assert (Status.DONE, []) == (done.only.status, provider.writes)


def test_a_job_that_failed_in_an_earlier_run_fails_when_ready_was_asked() -> None:
    provider = FakeProvider()

    done = apply(provider, unchanged_job(provider, "JOB_STATE_FAILED"), wait=Wait.READY)

    assert Status.FAILED is done.only.status


def test_nothing_builds_on_a_job_that_failed_in_an_earlier_run() -> None:
    provider = FakeProvider()
    failed = unchanged_job(provider, "JOB_STATE_FAILED")

    done = apply(provider, failed, dataset("later", after=AFTER_JOB))

    assert Status.SKIPPED is done["Dataset/later"].status


def test_what_could_not_be_read_is_skipped_with_the_reason() -> None:
    unread = planned(Action.NONE, resource("SupervisedFineTuningJob/tune"))
    reason = Reason(NOT_READ, "not planned: the list was cut short")
    unread = replace(unread, change=replace(unread.change, reason=reason))

    done = apply(FakeProvider(), unread)

    assert (Status.SKIPPED, reason.text) == (done.only.status, done.only.detail)


def test_an_unchanged_resource_in_an_unknown_state_is_not_waited_for() -> None:
    provider = FakeProvider()
    record = provider.put(DATASET, "rows", {}, "QUARANTINED")

    done = apply(provider, planned(Action.NONE, resource("Dataset/rows"), live=record.seen()))

    assert (Status.RUNNING, "quarantined") == (done.only.status, done.only.detail)
