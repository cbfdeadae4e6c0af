"""A job that exists in any state has run: it is never created again (contract 4.3, rule R10)."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Any

import pytest

from reconciler.diff.change import Action, Change
from reconciler.diff.diff import diff
from reconciler.kinds.kind import Readiness
from reconciler.kinds.training_job import JOB_STATES
from reconciler.ref import ResourceRef
from tests.desired.manifests import (
    JOB,
    OLD_JOB,
    account,
    dataset,
    desired,
    job,
    live,
    made,
    old_job,
    one,
)

if TYPE_CHECKING:
    from reconciler.live.state import LiveResource, LiveState
    from reconciler.manifest.manifest import Manifest

STATES = (*JOB_STATES, "JOB_STATE_ROLLOUT", "QUARANTINED", "")
"""All 18 states of the API, one it had, one it never had, and none."""

MODELS = ("none", "of this job", "of another job", "of nobody")


def _change(found: LiveState, wanted: Manifest, replace: bool = False) -> Change:
    state = desired(dataset(), wanted)
    asked = frozenset({wanted.ref}) if replace else frozenset[ResourceRef]()
    return next(c for c in diff(state, found, asked) if c.ref == wanted.ref)


def _model(whose: str) -> list[LiveResource]:
    makers = {"of this job": "bot", "of another job": "other"}
    if whose == "none":
        return []
    maker = makers.get(whose)
    named = f"accounts/acme/supervisedFineTuningJobs/{maker}" if maker else ""
    return [live("Model/bot", fineTuningJob=named)]


@pytest.mark.parametrize(("state", "model"), list(product(STATES, MODELS)))
def test_a_job_that_exists_is_never_run(state: str, model: str) -> None:
    record = made(one(desired(dataset(), job()), f"{JOB}/bot"), state)
    change = _change(account(record, *_model(model)), job())

    assert Action.NONE is change.action


@pytest.mark.parametrize(("state", "model"), list(product(STATES, MODELS)))
def test_a_job_that_exists_with_other_values_is_never_run(state: str, model: str) -> None:
    record = made(one(desired(dataset(), job()), f"{JOB}/bot"), state, epochs=1)
    change = _change(account(record, *_model(model)), job(spec={"epochs": 5}))

    assert Action.RUN is not change.action
    assert change.action is Action.NONE or change.refusals


@pytest.mark.parametrize(("state", "replace"), list(product(STATES, [True, False])))
def test_replace_never_runs_a_job_again(state: str, replace: bool) -> None:
    record = made(one(desired(dataset(), job()), f"{JOB}/bot"), state)
    change = _change(account(record), job(), replace)

    assert Action.NONE is change.action


def test_without_a_record_and_without_a_model_it_runs() -> None:
    change = _change(account(), job())

    assert (Action.RUN, "never-run", ()) == (change.action, change.reason.code, change.refusals)


def test_a_job_whose_record_is_gone_but_whose_model_names_it_has_run() -> None:
    change = _change(account(*_model("of this job")), job())

    assert (Action.NONE, "has-run") == (change.action, change.reason.code)


@pytest.mark.parametrize("model", ["of another job", "of nobody"])
def test_an_output_model_that_is_there_already_is_refused(model: str) -> None:
    change = _change(account(*_model(model)), job())

    assert ["output-model-exists"] == [said.code for said in change.refusals]


@pytest.mark.parametrize("state", [s for s, r in JOB_STATES.items() if r is Readiness.FAILED])
def test_a_failed_job_says_how_to_run_it_again(state: str) -> None:
    record = made(
        one(desired(dataset(), job()), f"{JOB}/bot"), state, status={"message": "out of memory"}
    )
    text = _change(account(record), job()).reason.text

    assert f"has run and failed ({state}: out of memory)" in text
    assert "metadata.lifecycle.attempt: 2" in text


@pytest.mark.parametrize("state", ["QUARANTINED", "", "JOB_STATE_UNSPECIFIED"])
def test_an_unknown_state_is_warned_of_and_nothing_is_done(state: str) -> None:
    record = made(one(desired(dataset(), job()), f"{JOB}/bot"), state)
    change = _change(account(record), job(spec={"epochs": 9}))

    assert (Action.NONE, ()) == (change.action, change.refusals)
    assert ["unknown-state"] == [said.code for said in change.warnings]


def test_another_attempt_runs() -> None:
    record = made(one(desired(dataset(), job()), f"{JOB}/bot"), "JOB_STATE_FAILED")

    assert Action.RUN is _change(account(record), job(attempt=2)).action


def test_a_changed_field_names_its_three_ways_out() -> None:
    record = made(one(desired(dataset(), job()), f"{JOB}/bot"), "JOB_STATE_COMPLETED", epochs=1)
    (said,) = _change(account(record), job(spec={"epochs": 2})).refusals

    assert "immutable-field" == said.code
    assert said.message.startswith("spec.epochs: a hyperparameter of a training that has run")
    assert said.message.endswith("live is 1, the manifest says 2")
    assert said.hint is not None
    for way in ("contentHash", "metadata.name", "lifecycle.attempt: 2"):
        assert way in said.hint


def test_what_could_not_be_listed_is_not_run() -> None:
    change = _change(account(incomplete={JOB: "503"}), job())

    assert (Action.NONE, "not-read") == (change.action, change.reason.code)


def test_a_job_does_not_run_while_its_model_cannot_be_looked_for() -> None:
    change = _change(account(incomplete={"Model": "503"}), job())

    assert (Action.NONE, "not-read") == (change.action, change.reason.code)


def test_a_base_model_that_does_not_exist_is_refused_where_it_is_named() -> None:
    state = desired(dataset(), job())
    change = _change(account(external=dict.fromkeys(state.external)), job())

    assert ["reference-not-found"] == [said.code for said in change.refusals]


def test_a_base_model_that_is_gone_does_not_matter_to_a_job_that_has_run() -> None:
    state = desired(dataset(), job())
    record = made(one(state, f"{JOB}/bot"), "JOB_STATE_COMPLETED")
    change = _change(account(record, external=dict.fromkeys(state.external)), job())

    assert () == change.refusals


# The older collection, where the server may name the job (contract 8).


def _renamed(wanted: Manifest, name: str = "x7k2m9", **body: Any) -> LiveResource:
    resource = one(desired(dataset(), wanted), str(wanted.ref))
    return live(f"{OLD_JOB}/{name}", "COMPLETED", **{**resource.spec, **body})


def test_a_job_under_another_id_is_found_by_its_model() -> None:
    change = _change(account(_renamed(old_job())), old_job())

    assert (Action.NONE, "x7k2m9") == (change.action, change.live and change.live.id)


def test_a_job_under_another_id_is_found_by_its_model_in_full() -> None:
    found = account(_renamed(old_job(), modelId="accounts/acme/models/bot"))

    assert Action.NONE is _change(found, old_job()).action


@pytest.mark.parametrize(
    ("model", "has_run"),
    [
        ("bot", True),
        ("accounts/acme/models/bot", True),
        ("accounts/other/models/bot", False),
        ("models/bot", False),
        ("other", False),
        (5, False),
        (["bot"], False),
    ],
)
def test_a_job_with_other_values_is_ours_where_it_makes_our_model(
    model: object, has_run: bool
) -> None:
    other = {"inputTemplate": "other", "outputTemplate": "other"}
    found = account(_renamed(old_job(), modelId=model, textCompletion=other))

    assert has_run == (_change(found, old_job()).action is not Action.RUN)


@pytest.mark.parametrize("said", [5, ["bot"], {}, None])
def test_a_model_whose_maker_is_no_name_is_in_the_way_of_its_job(said: object) -> None:
    change = _change(account(live("Model/bot", fineTuningJob=said)), job())

    assert ["output-model-exists"] == [found.code for found in change.refusals]


@pytest.mark.parametrize("model", ["", None, "a-random-name"])
def test_a_job_under_another_id_and_model_is_found_by_what_it_says(model: str | None) -> None:
    found = account(_renamed(old_job(), modelId=model))

    assert Action.NONE is _change(found, old_job()).action


def test_a_job_with_another_template_is_another_job() -> None:
    found = account(_renamed(old_job(), modelId="", textCompletion={"inputTemplate": "other"}))

    assert Action.RUN is _change(found, old_job()).action


def test_an_earlier_attempt_under_another_id_does_not_hide_the_next() -> None:
    found = account(_renamed(old_job()))

    assert Action.RUN is _change(found, old_job(attempt=2)).action


def test_as_many_equal_jobs_as_attempts_have_run() -> None:
    found = account(_renamed(old_job(), "a1", modelId=""), _renamed(old_job(), "b2", modelId=""))

    assert Action.NONE is _change(found, old_job(attempt=2)).action


def test_the_job_of_another_manifest_is_not_taken_for_ours() -> None:
    ours, other = old_job("bot"), old_job("twin")
    state = desired(dataset(), ours, other)
    record = made(one(state, f"{OLD_JOB}/twin"), "COMPLETED", modelId="")
    changes = diff(state, account(record))

    assert {f"{OLD_JOB}/bot": Action.RUN, f"{OLD_JOB}/twin": Action.NONE} == {
        str(c.ref): c.action for c in changes if c.ref.kind == OLD_JOB
    }


def test_a_model_made_by_a_job_under_another_id_shows_that_it_has_run() -> None:
    model = live("Model/bot", fineTuningJob="accounts/acme/fineTuningJobs/x7k2m9")

    assert Action.NONE is _change(account(model), old_job()).action
