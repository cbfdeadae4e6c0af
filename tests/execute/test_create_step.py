"""Create: one id, one resource, whatever happens to the answers."""

from __future__ import annotations

from typing import Any

import pytest

from reconciler.diff.change import Action
from reconciler.execute.options import Wait
from reconciler.execute.outcome import Status
from reconciler.plan.plan import Verb
from tests.execute.fake_provider import FakeProvider
from tests.execute.plans import (
    DATASET,
    JOB,
    MODEL,
    OLD_JOB,
    apply,
    dataset,
    job,
    old_job,
    planned,
    resource,
)
from tests.execute.test_serving_steps import deployment

JOB_SPEC = {"dataset": "accounts/acme/datasets/rows", "epochs": 1}
MATCHING = {
    "dataset": "accounts/acme/datasets/rows",
    "baseModel": "accounts/fireworks/models/base",
    "textCompletion": {"inputTemplate": "{q}", "outputTemplate": "{a}"},
}


def creates(provider: FakeProvider) -> list[str]:
    return [id_ for verb, id_ in provider.calls if verb == "create"]


def test_a_dataset_that_is_absent_is_created_sent_validated_and_ready() -> None:
    provider = FakeProvider()

    done = apply(provider, dataset())

    assert Status.DONE is done.only.status
    assert ["create", "send", "validate"] == [verb for verb, _ in provider.writes]


def test_create_looks_before_it_sends() -> None:
    provider = FakeProvider()

    apply(provider, dataset())

    assert [("read", "rows"), ("create", "rows")] == provider.calls[:2]


@pytest.mark.parametrize(
    ("state", "looks_after"), [("READY", 0), ("UPLOADING", 1)], ids=["ready", "not yet"]
)
def test_what_the_answer_to_its_create_calls_ready_is_not_read_again(
    state: str, looks_after: int
) -> None:
    provider = FakeProvider(first_states=(state, "READY"))
    elsewhere = resource("Dataset/rows", {"externalUrl": "gs://bucket/rows.jsonl"})

    done = apply(provider, planned(Action.CREATE, elsewhere, Verb.CREATE, Verb.WAIT))

    after = provider.calls[provider.calls.index(("create", "rows")) + 1 :]
    assert (Status.DONE, looks_after) == (done.only.status, min(1, len(after)))


def test_what_was_adopted_is_read_again_however_ready_it_looked() -> None:
    provider = FakeProvider(script={("create", 1): "lost"}, first_states=("READY",))
    elsewhere = resource("Dataset/rows", {"externalUrl": "gs://bucket/rows.jsonl"})

    apply(provider, planned(Action.CREATE, elsewhere, Verb.CREATE, Verb.WAIT))

    assert [("read", "rows")] * 2 == provider.calls[provider.calls.index(("create", "rows")) + 1 :]


def test_an_equal_resource_that_is_there_is_adopted_without_a_create() -> None:
    provider = FakeProvider()
    provider.put(DATASET, "rows", {"format": "CHAT"}, "READY")

    done = apply(provider, dataset())

    assert (Status.DONE, []) == (done.only.status, provider.writes)


def test_an_adopted_record_that_waits_for_its_bytes_gets_them() -> None:
    provider = FakeProvider()
    provider.put(DATASET, "rows", {"format": "CHAT"}, "UPLOADING")

    done = apply(provider, dataset())

    assert Status.DONE is done.only.status
    assert ["send", "validate"] == [verb for verb, _ in provider.writes]


def test_a_different_resource_under_the_name_is_a_conflict_that_names_the_fields() -> None:
    provider = FakeProvider()
    provider.put(DATASET, "rows", {"format": "COMPLETION"}, "UPLOADING")

    done = apply(provider, dataset())

    assert (Status.FAILED, []) == (done.only.status, provider.writes)
    assert "differs in format" in done.only.detail


def test_a_race_lost_to_an_equal_create_is_adopted() -> None:
    provider = FakeProvider()

    def somebody_else(verb: str, _id: str) -> None:
        if verb == "create" and not provider.made(DATASET):
            provider.put(DATASET, "rows", {"format": "CHAT"}, "UPLOADING")

    provider.before = somebody_else

    done = apply(provider, dataset())

    assert (Status.DONE, 1) == (done.only.status, len(provider.made(DATASET)))


def test_a_lost_answer_to_a_committed_create_is_found_and_adopted() -> None:
    provider = FakeProvider(script={("create", 1): "lost"})

    done = apply(provider, dataset())

    assert (Status.DONE, ["rows"]) == (done.only.status, creates(provider))


def test_a_create_that_never_arrived_is_sent_again_under_the_same_id() -> None:
    provider = FakeProvider(script={("create", 1): "unheard", ("create", 2): "unheard"})

    done = apply(provider, dataset())

    assert (Status.DONE, ["rows"] * 3) == (done.only.status, creates(provider))


def test_a_job_is_sent_again_only_after_two_looks_two_seconds_apart() -> None:
    provider = FakeProvider(script={("create", 1): "unheard"})

    apply(provider, job())

    between = provider.calls[provider.calls.index(("create", "tune")) + 1 :]
    looks = [call for call in between[: between.index(("create", "tune"))] if call[0] == "read"]
    assert (2, 2.0) == (len(looks), provider.clock.slept[0])


def test_a_job_is_sent_at_most_twice() -> None:
    provider = FakeProvider(script={("create", n): "unheard" for n in range(1, 9)})

    done = apply(provider, job())

    assert (Status.FAILED, ["tune", "tune"]) == (done.only.status, creates(provider))


def test_a_record_that_reads_do_not_show_yet_is_never_made_twice() -> None:
    provider = FakeProvider(script={("create", 1): "lost"}, lag=5.0)

    done = apply(provider, job(), wait=Wait.READY)

    assert (Status.DONE, 1) == (done.only.status, len(provider.made(JOB)))


def test_a_record_that_exists_but_never_shows_fails_with_what_to_do() -> None:
    provider = FakeProvider(script={("create", 1): "lost"}, lag=10_000.0)

    done = apply(provider, dataset())

    assert Status.FAILED is done.only.status
    assert "exists according to the platform, but cannot be read" in done.only.detail


@pytest.mark.parametrize("state", ["JOB_STATE_RUNNING", "JOB_STATE_COMPLETED", "JOB_STATE_PAUSED"])
def test_a_job_that_is_there_is_never_created_again(state: str) -> None:
    provider = FakeProvider()
    provider.put(JOB, "tune", JOB_SPEC, state)

    apply(provider, job())

    assert creates(provider) == []


def test_a_job_whose_output_model_is_there_is_not_started() -> None:
    provider = FakeProvider()
    provider.put(MODEL, "tune-model", {}, "READY")

    done = apply(provider, job())

    assert (Status.FAILED, []) == (done.only.status, provider.writes)
    assert "accounts/acme/models/tune-model already exists" in done.only.detail


def test_a_job_that_another_run_made_and_ended_since_the_first_look_is_adopted() -> None:
    provider = FakeProvider()

    def somebody_else(verb: str, _id: str) -> None:
        if verb == "read_name" and not provider.made(JOB):
            provider.put(JOB, "tune", JOB_SPEC, "JOB_STATE_COMPLETED")
            provider.put(MODEL, "tune-model", {}, "READY")

    provider.before = somebody_else

    done = apply(provider, job())

    assert (Status.DONE, []) == (done.only.status, provider.writes)


def test_a_platform_that_refuses_the_body_is_not_asked_again() -> None:
    provider = FakeProvider(script={("create", 1): "invalid"})

    done = apply(provider, job())

    assert (Status.FAILED, ["tune"]) == (done.only.status, creates(provider))
    assert done.only.detail == "learningRate is too high"


def test_a_pointer_is_refused_before_the_record_is_made() -> None:
    from reconciler.diff.change import Action
    from tests.execute.plans import SEND, files, planned, resource

    wanted = resource("Dataset/rows", {"format": "CHAT"}, sends=files("a.jsonl", present=False))
    provider = FakeProvider()

    done = apply(provider, planned(Action.CREATE, wanted, *SEND))

    assert (Status.FAILED, []) == (done.only.status, provider.writes)
    assert done.only.error is not None
    assert done.only.error.hint == "git lfs pull"


def test_an_older_job_that_the_platform_renamed_is_followed_under_its_name() -> None:
    provider = FakeProvider(renames=True, job_states=("RUNNING", "COMPLETED"))

    done = apply(provider, old_job(), wait=Wait.READY)

    assert (Status.DONE, ("read", "server-0")) == (done.only.status, provider.calls[-1])


def test_a_renamed_older_job_with_a_lost_answer_is_found_by_its_model() -> None:
    provider = FakeProvider(
        renames=True, job_states=("RUNNING", "COMPLETED"), script={("create", 1): "lost"}
    )

    done = apply(provider, old_job(), wait=Wait.READY)

    assert (Status.DONE, 1) == (done.only.status, len(provider.made(OLD_JOB)))


def test_an_older_job_without_a_model_name_is_found_by_equal_content() -> None:
    provider = FakeProvider(job_states=("COMPLETED",))
    provider.put(OLD_JOB, "server-7", MATCHING, "COMPLETED")

    done = apply(provider, old_job(), wait=Wait.READY)

    assert (Status.DONE, []) == (done.only.status, provider.writes)


def test_an_older_job_of_an_earlier_attempt_is_not_taken_for_this_one() -> None:
    provider = FakeProvider(job_states=("COMPLETED",))
    provider.put(OLD_JOB, "server-7", {**MATCHING, "modelId": "tune-model-1"}, "COMPLETED")

    apply(provider, old_job())

    assert creates(provider) == ["tune"]


def test_a_new_record_that_is_like_a_lost_job_stops_the_run_instead_of_sending_again() -> None:
    provider = FakeProvider(script={("create", 1): "unheard"})

    def appears(verb: str, _id: str) -> None:
        if verb == "create":
            provider.put(OLD_JOB, "server-1", {**MATCHING, "modelId": "random"}, "RUNNING")

    provider.before = appears

    done = apply(provider, old_job())

    assert (Status.FAILED, ["tune"]) == (done.only.status, creates(provider))


@pytest.mark.parametrize(
    ("body", "before"),
    [
        pytest.param({**MATCHING, "modelId": "random"}, True, id="it was there before"),
        pytest.param({**MATCHING, "dataset": "other", "modelId": "random"}, False, id="unlike"),
    ],
)
def test_a_record_that_cannot_be_the_lost_job_does_not_stop_the_run(
    body: dict[str, Any], before: bool
) -> None:
    provider = FakeProvider(script={("create", 1): "unheard"})
    if before:
        provider.put(OLD_JOB, "server-1", body, "RUNNING")

    def appears(verb: str, _id: str) -> None:
        if verb == "create" and not before:
            provider.put(OLD_JOB, "server-1", body, "RUNNING")

    provider.before = appears

    done = apply(provider, old_job())

    assert (Status.RUNNING, ["tune", "tune"]) == (done.only.status, creates(provider))


def test_a_lost_job_whose_model_is_there_stops_the_run_instead_of_sending_again() -> None:
    provider = FakeProvider(script={("create", 1): "unheard"})

    def model_appears(verb: str, _id: str) -> None:
        if verb == "create":
            provider.put(MODEL, "tune-model", {}, "UPLOADING")

    provider.before = model_appears

    done = apply(provider, old_job())

    assert (Status.FAILED, ["tune"]) == (done.only.status, creates(provider))
    assert done.only.error is not None
    assert "no firmer guarantee" in (done.only.error.hint or "")


def test_a_deployment_costs_money_and_is_sent_at_most_twice() -> None:
    provider = FakeProvider(script={("create", n): "unheard" for n in range(1, 9)})

    done = apply(provider, deployment())

    assert (Status.FAILED, ["support"] * 2) == (done.only.status, creates(provider))


def test_a_record_that_was_just_made_is_sent_to_without_another_look() -> None:
    provider = FakeProvider()

    apply(provider, dataset())

    assert ["read", "create", "send"] == [verb for verb, _ in provider.calls[:3]]
