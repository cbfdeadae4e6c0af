"""What each name in a spec means (contract 1.2)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from reconciler.desired.build import build_desired
from reconciler.diagnostic import SourceLocation
from reconciler.ref import ResourceRef
from tests.desired.manifests import (
    ACCOUNT,
    BASE,
    codes,
    dataset,
    desired,
    job,
    manifest,
    old_job,
    one,
    weights,
)

if TYPE_CHECKING:
    from reconciler.manifest.manifest import Manifest


def test_a_short_name_is_sent_as_the_full_name() -> None:
    state = desired(dataset(), job())

    sent = one(state, "SupervisedFineTuningJob/bot").spec

    assert "accounts/acme/datasets/chat" == sent["dataset"]


def test_a_short_name_makes_an_edge() -> None:
    state = desired(dataset(), job())

    assert (ResourceRef("Dataset", "chat"),) == one(state, "SupervisedFineTuningJob/bot").depends_on


def test_a_full_name_in_our_account_that_we_declare_makes_an_edge() -> None:
    state = desired(dataset(), job(spec={"dataset": "accounts/acme/datasets/chat"}))

    assert (ResourceRef("Dataset", "chat"),) == one(state, "SupervisedFineTuningJob/bot").depends_on


def test_a_full_name_of_an_id_by_content_makes_an_edge_too() -> None:
    name = one(desired(dataset(hashed=True)), "Dataset/chat").name
    state = desired(dataset(hashed=True), job(spec={"dataset": name}))

    assert (ResourceRef("Dataset", "chat"),) == one(state, "SupervisedFineTuningJob/bot").depends_on


def test_a_full_name_outside_the_project_is_noted_with_its_places() -> None:
    state = desired(dataset(), job(line=7))

    assert (BASE,) == state.external


def test_a_full_name_outside_the_project_is_sent_unchanged() -> None:
    state = desired(dataset(), job())

    assert BASE == one(state, "SupervisedFineTuningJob/bot").spec["baseModel"]


def test_references_in_lists_are_expanded_one_by_one() -> None:
    state = desired(
        dataset("one"),
        dataset("two"),
        old_job(spec={"datasets": [{"dataset": "one"}, {"dataset": "two"}], "dataset": "one"}),
    )

    assert [
        {"dataset": "accounts/acme/datasets/one"},
        {"dataset": "accounts/acme/datasets/two"},
    ] == one(state, "FineTuningJob/bot").spec["datasets"]


def test_a_secret_is_looked_up_live() -> None:
    state = desired(dataset(), job(spec={"awsS3Config": {"credentialsSecret": "bucket"}}))

    assert "accounts/acme/secrets/bucket" in state.external
    assert [] == codes(state)


def test_the_output_model_of_a_job_may_be_referred_to() -> None:
    state = desired(
        dataset(),
        job("first", {"outputModel": "tuned"}),
        job("second", {"warmStartFrom": "tuned"}),
    )
    second = one(state, "SupervisedFineTuningJob/second")

    assert "accounts/acme/models/tuned" == second.spec["warmStartFrom"]
    assert ResourceRef("SupervisedFineTuningJob", "first") in second.depends_on


def test_a_job_without_an_output_name_is_a_model_by_its_own_name() -> None:
    state = desired(dataset(), job("first"), job("second", {"warmStartFrom": "first"}))

    assert (
        "accounts/acme/models/first"
        == (one(state, "SupervisedFineTuningJob/second").spec["warmStartFrom"])
    )


def test_a_model_without_source_waits_for_the_job_that_makes_it() -> None:
    state = desired(dataset(), job("bot"), manifest("Model/bot", {"displayName": "Bot"}))

    assert (ResourceRef("SupervisedFineTuningJob", "bot"),) == one(state, "Model/bot").depends_on


def test_a_model_manifest_comes_between_the_job_and_those_who_use_the_model() -> None:
    state = desired(
        dataset(),
        job("bot"),
        manifest("Model/bot", {"displayName": "Bot"}),
        job("next", {"warmStartFrom": "bot"}),
    )

    assert ResourceRef("Model", "bot") in one(state, "SupervisedFineTuningJob/next").depends_on


@pytest.mark.parametrize(
    ("manifests", "code"),
    [
        ((job(spec={"dataset": "nowhere"}),), "unknown-reference"),
        ((weights("chat"), job()), "wrong-kind"),
        ((dataset(), job("bot", {"warmStartFrom": "bot"})), "self-reference"),
        ((dataset(absent=True), job()), "tombstoned-reference"),
        (
            (dataset(), job("a", absent=True), job("b", {"warmStartFrom": "a"})),
            "tombstoned-reference",
        ),
    ],
    ids=["dangling", "wrong kind", "itself", "a tombstone", "the model of a tombstoned job"],
)
def test_a_reference_that_means_nothing_usable_is_an_error(
    manifests: tuple[Manifest, ...], code: str
) -> None:
    assert [code] == codes(desired(*manifests))


def test_an_error_stands_at_the_reference() -> None:
    (said,) = desired(job(spec={"dataset": "nowhere"}, line=9)).diagnostics

    assert SourceLocation("all.yaml", 9, 2) == said.location
    assert 'spec.dataset: no Dataset "nowhere" in this project' == said.message


def test_a_near_miss_asks_did_you_mean() -> None:
    (said,) = desired(dataset("support-chat"), job(spec={"dataset": "suport-chat"})).diagnostics

    assert "did you mean support-chat?" == said.hint


def test_a_short_name_of_a_public_model_is_told_its_full_spelling() -> None:
    state = desired(dataset(), job(spec={"baseModel": "llama-v3p1-8b"}))

    assert "accounts/fireworks/models/llama-v3p1-8b" in (state.diagnostics[0].hint or "")


def test_what_the_rest_of_the_project_declares_is_missed_in_the_paths_only() -> None:
    (said,) = build_desired([job()], ACCOUNT, whole=[dataset(), job()]).diagnostics

    assert 'spec.dataset: no Dataset "chat" in the paths that were given' == said.message
    assert "name the file of Dataset/chat too, or use --target instead of paths" == said.hint


def test_a_reference_to_a_broken_manifest_is_no_second_error() -> None:
    from reconciler.desired.build import build_desired

    state = build_desired([job()], "acme", broken=frozenset({ResourceRef("Dataset", "chat")}))

    assert [] == codes(state)


def test_a_tombstone_may_refer_to_tombstones() -> None:
    state = desired(dataset(absent=True), job(absent=True))

    assert [] == codes(state)


def test_a_cycle_is_told_with_its_path() -> None:
    state = desired(dataset(), job("a", {"warmStartFrom": "b"}), job("b", {"warmStartFrom": "a"}))
    (said,) = state.diagnostics

    assert "cycle" == said.code
    assert (
        "depends on itself: SupervisedFineTuningJob/a -> SupervisedFineTuningJob/b"
        " -> SupervisedFineTuningJob/a"
    ) == said.message


def test_a_long_chain_is_no_cycle() -> None:
    chain = [job(f"j{n}", {"warmStartFrom": f"j{n - 1}"}) for n in range(1, 3000)]

    assert [] == codes(desired(dataset(), job("j0"), *chain))
