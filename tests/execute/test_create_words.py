"""What a create says when it cannot go on, or went on in an unusual way: whole sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.execute.fake_provider import FakeProvider
from tests.execute.plans import DATASET, JOB, MODEL, OLD_JOB, apply, dataset, job, old_job
from tests.execute.test_serving_steps import DEPLOYMENT, SERVED, deployment, load

if TYPE_CHECKING:
    from tests.execute.plans import Applied

MATCHING = {
    "dataset": "accounts/acme/datasets/rows",
    "baseModel": "accounts/fireworks/models/base",
    "textCompletion": {"inputTemplate": "{q}", "outputTemplate": "{a}"},
}
NO_GUARANTEE = "the platform gives no firmer guarantee here; look at the job list, then apply again"


def said(done: Applied) -> tuple[str, str | None]:
    error = done.only.error
    assert error is not None
    return error.message, error.hint


def test_a_conflict_names_the_fields_and_asks_for_a_new_plan() -> None:
    provider = FakeProvider()
    provider.put(DATASET, "rows", {"format": "COMPLETION"}, "UPLOADING")

    assert (
        "accounts/acme/datasets/rows already exists and differs in format",
        "somebody else made it since the plan was made: plan again",
    ) == said(apply(provider, dataset()))


def test_a_conflict_names_every_field() -> None:
    provider = FakeProvider()
    provider.put(JOB, "tune", {"dataset": "accounts/acme/datasets/x", "epochs": 2}, "UPLOADING")

    assert (
        "accounts/acme/supervisedFineTuningJobs/tune already exists and differs in dataset, epochs"
        == said(apply(provider, job()))[0]
    )


def test_an_adopted_resource_is_told() -> None:
    provider = FakeProvider()
    provider.put(DATASET, "rows", {"format": "CHAT"}, "READY")

    notices = apply(provider, dataset()).texts("notice")

    unknown = "rows.jsonl: its stored bytes were not compared: the platform lists no file for it"
    assert ["already there and equal: adopted", unknown] == notices


def test_a_create_that_is_sent_again_is_told() -> None:
    provider = FakeProvider(script={("create", 1): "unheard"})

    notices = apply(provider, dataset()).texts("notice")

    assert [
        "the answer to the create was lost and nothing was made: sent again under the same id"
    ] == notices


def test_a_create_without_an_id_of_ours_says_so_when_it_is_sent_again() -> None:
    provider = FakeProvider(script={("create", 1): "unheard"}, first_states=("DEPLOYED",))

    notices = apply(provider, load()).texts("notice")

    assert ["the answer to the create was lost and nothing was made: sent again"] == notices


def test_an_id_that_a_deleted_record_holds_names_the_ways_out() -> None:
    provider = FakeProvider()
    provider.put(DEPLOYMENT, "support", SERVED, "DELETED")

    assert (
        "accounts/acme/deployments/support was deleted, and its record still holds the id",
        "wait until it is purged, undelete it on the platform, or choose another name",
    ) == said(apply(provider, deployment()))


def test_a_job_whose_answers_are_all_lost_says_that() -> None:
    provider = FakeProvider(script={("create", n): "unheard" for n in range(1, 9)})

    assert ("no answer", None) == said(apply(provider, job()))


def test_a_record_that_never_shows_says_what_may_hold_its_id() -> None:
    provider = FakeProvider(script={("create", 1): "lost"}, lag=10_000.0)

    assert (
        "accounts/acme/datasets/rows exists according to the platform, but cannot be read",
        "a deleted resource may still hold the id: wait, or choose another name",
    ) == said(apply(provider, dataset()))


def test_an_output_model_in_the_way_starts_nothing() -> None:
    provider = FakeProvider()
    provider.put(MODEL, "tune-model", {}, "READY")

    assert (
        "the output model accounts/acme/models/tune-model already exists: nothing was started",
        "plan again: the job has run, or something else made that model",
    ) == said(apply(provider, job()))


def test_a_job_in_doubt_says_what_was_seen() -> None:
    provider = FakeProvider(script={("create", 1): "unheard"})

    def model_appears(verb: str, _id: str) -> None:
        if verb == "create":
            provider.put(MODEL, "tune-model", {}, "UPLOADING")

    provider.before = model_appears

    assert (
        "the answer to the create was lost; the job is not visible, but its output model"
        " accounts/acme/models/tune-model is: not sent again",
        NO_GUARANTEE,
    ) == said(apply(provider, old_job()))


def test_a_job_like_the_lost_one_is_named() -> None:
    provider = FakeProvider(script={("create", 1): "unheard"})

    def appears(verb: str, _id: str) -> None:
        if verb == "create":
            provider.put(OLD_JOB, "server-1", {**MATCHING, "modelId": "random"}, "RUNNING")

    provider.before = appears

    assert (
        "the answer to the create was lost; accounts/acme/fineTuningJobs/server-1 is new and "
        "looks the same, but makes another model: not sent again",
        NO_GUARANTEE,
    ) == said(apply(provider, old_job()))
