"""Update and delete: only what was seen when it was planned."""

from __future__ import annotations

from typing import Any

import pytest

from reconciler.diff.change import Action, FieldChange
from reconciler.execute.options import Wait
from reconciler.execute.outcome import Status
from reconciler.plan.plan import PlannedChange, Verb
from tests.execute.fake_provider import FakeProvider, Record
from tests.execute.plans import DATASET, JOB, MODEL, SEND, apply, files, planned, resource

RENAME = FieldChange("displayName", "Old", "New", "it may change")


def updated(provider: FakeProvider, body: dict[str, Any]) -> tuple[Record, PlannedChange]:
    record = provider.put(MODEL, "m", body, "READY")
    wanted = resource("Model/m", {"displayName": "New", "description": "d"})
    change = planned(Action.UPDATE, wanted, Verb.UPDATE, live=record.seen(), fields=(RENAME,))
    return record, change


def removed(provider: FakeProvider, *states: str, create_time: str = "t1") -> PlannedChange:
    record = provider.put(DATASET, "rows", {}, *states, create_time=create_time)
    wanted = resource("Dataset/rows", absent=True)
    return planned(Action.DELETE, wanted, Verb.DELETE, live=record.seen())


def test_an_update_sends_exactly_the_changed_fields() -> None:
    provider = FakeProvider()
    record, change = updated(provider, {"displayName": "Old", "description": "d", "extra": 1})

    done = apply(provider, change)

    assert Status.DONE is done.only.status
    assert {"displayName": "New", "description": "d", "extra": 1} == {
        key: value for key, value in record.body.items() if key != "name"
    }


def test_an_update_reads_right_before_it_writes() -> None:
    provider = FakeProvider()
    _, change = updated(provider, {"displayName": "Old", "description": "d"})

    apply(provider, change)

    assert [("read", "m"), ("update", "m")] == provider.calls


@pytest.mark.parametrize(
    "now", [{"displayName": "Third"}, {"displayName": "Old", "description": "x"}]
)
def test_an_update_of_what_changed_since_the_plan_is_not_sent(now: dict[str, Any]) -> None:
    provider = FakeProvider()
    record, change = updated(provider, {"displayName": "Old", "description": "d"})
    record.body |= now

    done = apply(provider, change)

    assert (Status.FAILED, []) == (done.only.status, provider.writes)
    assert "changed since the plan" in done.only.detail


def test_an_update_that_somebody_made_already_sends_nothing() -> None:
    provider = FakeProvider()
    record, change = updated(provider, {"displayName": "Old", "description": "d"})
    record.body["displayName"] = "New"

    done = apply(provider, change)

    assert (Status.DONE, []) == (done.only.status, provider.writes)


def test_an_update_of_another_incarnation_is_not_sent() -> None:
    provider = FakeProvider()
    _, change = updated(provider, {"displayName": "Old", "description": "d"})
    provider.put(MODEL, "m", {"displayName": "Old", "description": "d"}, create_time="later")

    done = apply(provider, change)

    assert (Status.FAILED, []) == (done.only.status, provider.writes)


def test_a_lost_answer_to_an_update_is_judged_by_the_fields() -> None:
    provider = FakeProvider(script={("update", 1): "lost"})
    _, change = updated(provider, {"displayName": "Old", "description": "d"})

    done = apply(provider, change)

    assert (Status.DONE, 1) == (done.only.status, len(provider.writes))


def test_an_update_that_never_arrived_is_sent_again() -> None:
    provider = FakeProvider(script={("update", 1): "unheard"})
    _, change = updated(provider, {"displayName": "Old", "description": "d"})

    done = apply(provider, change)

    assert (Status.DONE, 2) == (done.only.status, len(provider.writes))


def test_what_somebody_changes_after_a_lost_answer_is_not_overwritten() -> None:
    provider = FakeProvider(script={("update", 1): "unheard"})
    record, change = updated(provider, {"displayName": "Old", "description": "d"})

    def by_hand(verb: str, _id: str) -> None:
        if verb == "read" and provider.writes:
            record.body["displayName"] = "By hand"

    provider.before = by_hand
    done = apply(provider, change)

    assert (Status.FAILED, 1) == (done.only.status, len(provider.writes))
    assert "changed since the plan" in done.only.detail
    assert "By hand" == record.body["displayName"]


def test_what_somebody_changes_after_a_lost_update_of_a_jobs_model_is_not_overwritten() -> None:
    provider = FakeProvider(script={("update", 1): "unheard"})
    record = provider.put(MODEL, "m", {"displayName": ""}, "READY")
    wanted = resource("Model/m", {"displayName": "New"})

    def by_hand(verb: str, _id: str) -> None:
        if verb == "read" and provider.writes:
            record.body["displayName"] = "By hand"

    provider.before = by_hand
    done = apply(provider, planned(Action.UPDATE, wanted, Verb.UPDATE))

    assert (Status.FAILED, 1) == (done.only.status, len(provider.writes))


def test_a_field_that_somebody_already_gave_its_desired_value_is_no_foreign_change() -> None:
    provider = FakeProvider()
    record = provider.put(MODEL, "m", {"displayName": "Old", "description": "d"}, "READY")
    wanted = resource("Model/m", {"displayName": "New", "description": "e"})
    both = (RENAME, FieldChange("description", "d", "e", "it may change"))
    change = planned(Action.UPDATE, wanted, Verb.UPDATE, live=record.seen(), fields=both)
    record.body["description"] = "e"

    done = apply(provider, change)

    assert Status.DONE is done.only.status
    assert ("displayName",) == provider.sent["update", "m"]


def test_an_update_that_is_answered_with_errors_is_tried_again_after_a_pause() -> None:
    provider = FakeProvider(script={("update", n): "unheard" for n in range(1, 6)})
    _, change = updated(provider, {"displayName": "Old", "description": "d"})

    done = apply(provider, change)

    assert (Status.DONE, 6) == (done.only.status, len(provider.writes))
    assert 31.0 == sum(provider.clock.slept)


def used(provider: FakeProvider, *, until: float) -> tuple[Record, PlannedChange]:
    """A model whose load was deleted by the same plan, and that is said to be used all the same."""
    record = provider.put(MODEL, "m", {}, "READY")
    wanted = resource("Model/m", absent=True)
    after = ["DeployedModel/m-on-d"]
    change = planned(Action.DELETE, wanted, Verb.DELETE, live=record.seen(), after=after)

    def link_lags(_verb: str, _id: str) -> None:
        used_by = [{"deployment": "accounts/acme/deployments/d"}]
        record.body["deployedModelRefs"] = used_by if provider.clock.now() < until else []

    provider.before = link_lags
    return record, change


def test_a_link_that_lags_behind_what_the_plan_let_go_of_is_waited_for() -> None:
    provider = FakeProvider()
    _, change = used(provider, until=40.0)

    done = apply(provider, change)

    assert (Status.DONE, [("delete", "m")]) == (done.only.status, provider.writes)


def test_a_link_that_never_goes_is_waited_for_no_longer_than_a_minute() -> None:
    provider = FakeProvider()
    _, change = used(provider, until=10_000.0)

    done = apply(provider, change)

    assert (Status.FAILED, [], 50.0) == (done.only.status, provider.writes, provider.clock.now())


def test_a_delete_is_done_when_the_resource_is_gone() -> None:
    provider = FakeProvider(deleting_for=40.0)

    done = apply(provider, removed(provider, "READY"))

    assert (Status.DONE, "deleted") == (done.only.status, done.only.detail)
    assert provider.clock.now() >= 40.0


def test_deleting_what_is_gone_already_is_done_without_a_write() -> None:
    provider = FakeProvider()
    change = removed(provider, "READY")
    provider.records.clear()

    done = apply(provider, change)

    assert (Status.DONE, []) == (done.only.status, provider.writes)


def test_another_incarnation_under_the_name_is_not_deleted() -> None:
    provider = FakeProvider()
    change = removed(provider, "READY", create_time="t1")
    provider.put(DATASET, "rows", {}, create_time="t2")

    done = apply(provider, change)

    assert (Status.FAILED, []) == (done.only.status, provider.writes)


def test_a_delete_without_a_creation_time_to_compare_is_not_sent() -> None:
    provider = FakeProvider()
    change = removed(provider)
    record = provider.records[DATASET.name, "rows"]
    record.create_time = ""

    done = apply(provider, change)

    assert (Status.FAILED, []) == (done.only.status, provider.writes)


def test_what_was_loaded_since_the_plan_is_not_deleted() -> None:
    provider = FakeProvider()
    record = provider.put(MODEL, "m", {}, "READY")
    wanted = resource("Model/m", absent=True)
    change = planned(Action.DELETE, wanted, Verb.DELETE, live=record.seen())
    record.body["deployedModelRefs"] = [{"deployment": "accounts/acme/deployments/d"}]

    done = apply(provider, change)

    assert [] == provider.writes
    assert "is used by accounts/acme/deployments/d" in done.only.detail


def test_a_user_that_only_a_late_list_shows_is_none() -> None:
    provider = FakeProvider()
    change = removed(provider, "READY")
    body = {"dataset": "accounts/acme/datasets/rows"}
    provider.put(JOB, "gone", body, "JOB_STATE_RUNNING")

    def late(verb: str, id_: str) -> None:
        if (verb, id_) == ("read", "gone"):
            del provider.records[JOB.name, "gone"]

    provider.before = late
    done = apply(provider, change)

    assert Status.DONE is done.only.status
    assert [("delete", "rows")] == provider.writes


def test_who_uses_it_being_unreadable_it_is_not_deleted() -> None:
    provider = FakeProvider(script={("list", 1): "busy"})

    done = apply(provider, removed(provider, "READY"))

    assert (Status.FAILED, []) == (done.only.status, provider.writes)


def test_what_somebody_makes_after_a_lost_answer_is_not_deleted() -> None:
    provider = FakeProvider(script={("delete", 1): "lost"})
    change = removed(provider, "READY")

    def made_again(verb: str, _id: str) -> None:
        if verb == "read" and any(one.gone_at is not None for one in provider.made(DATASET)):
            provider.put(DATASET, "rows", {}, "UPLOADING", create_time="t2")

    provider.before = made_again
    apply(provider, change)

    assert ["UPLOADING"] == [record.state for record in provider.made(DATASET)]


def test_a_delete_that_is_answered_with_errors_is_tried_again_after_a_pause() -> None:
    provider = FakeProvider(script={("delete", 1): "unheard", ("delete", 2): "unheard"})

    done = apply(provider, removed(provider, "READY"))

    assert (Status.DONE, 3) == (done.only.status, len(provider.writes))
    assert provider.clock.slept


def test_a_lost_answer_to_a_delete_is_judged_by_what_is_there() -> None:
    provider = FakeProvider(script={("delete", 1): "lost"})

    done = apply(provider, removed(provider, "READY"))

    assert (Status.DONE, 1) == (done.only.status, len(provider.writes))


def test_a_delete_that_outlasts_the_timeout_is_still_running() -> None:
    provider = FakeProvider(deleting_for=10_000.0)

    done = apply(provider, removed(provider, "READY"), timeout=60.0)

    assert Status.RUNNING is done.only.status


def test_a_running_job_is_cancelled_and_waited_for_before_it_is_deleted() -> None:
    provider = FakeProvider()
    record = provider.put(JOB, "tune", {}, "JOB_STATE_RUNNING")
    wanted = resource("SupervisedFineTuningJob/tune", absent=True)
    verbs = (Verb.CANCEL, Verb.WAIT, Verb.DELETE)

    done = apply(provider, planned(Action.DELETE, wanted, *verbs, live=record.seen()))

    assert Status.DONE is done.only.status
    assert ["cancel", "delete"] == [verb for verb, _ in provider.writes]
    assert provider.clock.slept


def test_a_job_that_ended_meanwhile_is_deleted_without_a_cancel() -> None:
    provider = FakeProvider()
    record = provider.put(JOB, "tune", {}, "JOB_STATE_RUNNING", "JOB_STATE_COMPLETED")
    wanted = resource("SupervisedFineTuningJob/tune", absent=True)
    verbs = (Verb.CANCEL, Verb.WAIT, Verb.DELETE)

    apply(provider, planned(Action.DELETE, wanted, *verbs, live=record.seen()))

    assert ["delete"] == [verb for verb, _ in provider.writes]


def test_a_replacement_is_created_after_the_old_one_is_gone() -> None:
    provider = FakeProvider(deleting_for=10.0)
    old = provider.put(DATASET, "rows", {"format": "COMPLETION"}, "READY")
    wanted = resource("Dataset/rows", {"format": "CHAT"}, sends=files("rows.jsonl"))

    done = apply(provider, planned(Action.REPLACE, wanted, Verb.DELETE, *SEND, live=old.seen()))

    assert Status.DONE is done.only.status
    assert ["delete", "create", "send", "validate"] == [verb for verb, _ in provider.writes]
    assert provider.made(DATASET)[0].body["format"] == "CHAT"


def test_a_resource_made_by_a_job_of_the_plan_is_updated_by_what_differs_then() -> None:
    from tests.execute.plans import job

    provider = FakeProvider()

    def make_model(_verb: str, _id: str) -> None:
        if provider.made(JOB) and not provider.made(MODEL):
            provider.put(MODEL, "tune-model", {"displayName": ""}, "READY")

    provider.before = make_model
    described = resource("Model/tune-model", {"displayName": "Support"})
    after = planned(Action.UPDATE, described, Verb.UPDATE, after=["SupervisedFineTuningJob/tune"])

    done = apply(provider, job(), after, wait=Wait.READY)

    assert [Status.DONE, Status.DONE] == [outcome.status for outcome in done.all]
    assert provider.made(MODEL)[0].body["displayName"] == "Support"
