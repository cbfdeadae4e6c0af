"""For every resource one action with its reason."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.diff.change import Action, Change, FieldChange
from reconciler.diff.diff import diff
from reconciler.ref import ResourceRef
from tests.desired.manifests import (
    JOB,
    account,
    dataset,
    desired,
    files,
    job,
    live,
    made,
    manifest,
    one,
    weights,
)

if TYPE_CHECKING:
    from reconciler.live.state import LiveResource
    from reconciler.manifest.manifest import Manifest

DESCRIBED = manifest("Model/bot", {"displayName": "Bot"})


def _change(wanted: Manifest, *found: LiveResource, replace: bool = False, **more: Any) -> Change:
    asked = frozenset({wanted.ref}) if replace else frozenset[ResourceRef]()
    (change,) = diff(desired(wanted), account(*found, **more), asked)
    return change


def _made(wanted: Manifest, state: str = "READY", **body: Any) -> LiveResource:
    return made(one(desired(wanted), str(wanted.ref)), state, **body)


def test_what_is_not_there_is_created() -> None:
    change = _change(dataset())

    assert (Action.CREATE, "not-there") == (change.action, change.reason.code)


def test_what_is_equal_is_left_alone() -> None:
    change = _change(dataset(), _made(dataset()))

    assert (Action.NONE, "equal") == (change.action, change.reason.code)


def test_a_changed_mutable_field_is_updated() -> None:
    change = _change(weights(spec={"displayName": "New"}), _made(weights()))

    assert (Action.UPDATE, "displayName differs from the manifest") == (
        change.action,
        change.reason.text,
    )


def test_a_changed_immutable_field_is_refused_with_its_ways_out() -> None:
    change = _change(weights(), _made(weights(), kind="EMBEDDING_MODEL"))

    assert ["immutable-field"] == [said.code for said in change.refusals]
    assert change.refusals[0].message.startswith("spec.kind: the weights were read as this kind")
    assert (
        "metadata.idStrategy: contentHash (a new id whenever it changes), or a new metadata.name, "
        "or --replace Model/base (deletes and recreates it)"
    ) == change.refusals[0].hint


def test_the_ways_out_stand_once_for_many_fields() -> None:
    live_model = _made(weights(), kind="EMBEDDING_MODEL", baseModelDetails={"worldSize": 2})
    change = _change(weights(), live_model)

    assert [None, None, True] == [said.hint and True for said in change.refusals]


def test_other_rows_of_an_exact_dataset_are_refused() -> None:
    change = _change(dataset(brings=files("chat.jsonl", rows=5)), _made(dataset()))

    assert [FieldChange("exampleCount", "3", "5", change.fields[0].reason)] == list(change.fields)
    assert ["immutable-field"] == [said.code for said in change.refusals]


def test_a_refusal_stands_at_its_field() -> None:
    change = _change(weights(line=4), _made(weights(), baseModelDetails={"worldSize": 2, "x": 1}))

    assert "all.yaml:4:3" == str(change.refusals[0].location)


def test_replace_makes_it_again_when_asked() -> None:
    change = _change(weights(), _made(weights(), kind="EMBEDDING_MODEL"), replace=True)

    assert (Action.REPLACE, "replace-asked", ()) == (
        change.action,
        change.reason.code,
        change.refusals,
    )


def test_replace_of_what_is_not_there_is_a_create() -> None:
    assert Action.CREATE is _change(weights(), replace=True).action


def test_replace_of_what_was_made_elsewhere_is_refused() -> None:
    change = _change(DESCRIBED, live("Model/bot"), replace=True)

    assert ["made-elsewhere"] == [said.code for said in change.refusals]


@pytest.mark.parametrize("wanted", [dataset(), weights()], ids=["dataset", "model"])
def test_an_interrupted_upload_is_repaired(wanted: Manifest) -> None:
    change = _change(wanted, _made(wanted, "UPLOADING"))

    assert (Action.REPAIR, "upload-interrupted") == (change.action, change.reason.code)


def test_an_interrupted_upload_of_other_files_is_refused() -> None:
    other = weights(brings=files("config.json", "other.safetensors", rows=None))
    change = _change(weights(), _made(other, "UPLOADING"))

    assert ["immutable-field"] == [said.code for said in change.refusals]


def test_an_import_that_is_not_validated_is_repaired_without_sending() -> None:
    change = _change(DESCRIBED, live("Model/bot", "UPLOADING", displayName="Bot"))

    assert (Action.REPAIR, "not-validated") == (change.action, change.reason.code)


def test_a_model_that_a_job_is_writing_is_left_alone() -> None:
    state = desired(dataset(), job(), DESCRIBED)
    found = account(live("Model/bot", "UPLOADING", displayName="Bot"))
    change = diff(state, found)[2]

    assert (Action.NONE, "being-made") == (change.action, change.reason.code)


def test_a_model_that_nothing_makes_is_refused() -> None:
    assert ["nothing-makes-it"] == [said.code for said in _change(DESCRIBED).refusals]


def test_a_model_that_a_job_will_make_is_updated_then() -> None:
    change = diff(desired(dataset(), job(), DESCRIBED), account())[2]

    assert (Action.UPDATE, "to-be-made", None) == (change.action, change.reason.code, change.live)
    assert [("displayName", None, "Bot")] == [(c.path, c.before, c.after) for c in change.fields]


def test_a_model_that_a_job_will_make_and_nobody_describes_is_left_alone() -> None:
    change = diff(desired(dataset(), job(), manifest("Model/bot")), account())[2]

    assert (Action.NONE, "to-be-made") == (change.action, change.reason.code)


def test_a_dataset_at_an_external_url_is_created_without_files() -> None:
    assert (
        Action.CREATE is _change(manifest("Dataset/far", {"externalUrl": "gs://b/x.jsonl"})).action
    )


def test_a_tombstone_deletes_what_is_there() -> None:
    change = _change(manifest("Dataset/chat", absent=True), live("Dataset/chat"))

    assert (Action.DELETE, "tombstone") == (change.action, change.reason.code)


def test_a_tombstone_of_what_is_gone_does_nothing() -> None:
    change = _change(manifest("Dataset/chat", absent=True))

    assert (Action.NONE, "already-gone") == (change.action, change.reason.code)


def test_a_tombstone_of_what_is_going_does_nothing() -> None:
    change = _change(manifest(f"{JOB}/bot", absent=True), live(f"{JOB}/bot", "JOB_STATE_DELETING"))

    assert (Action.NONE, "already-going") == (change.action, change.reason.code)


@pytest.mark.parametrize("wanted", [dataset(), weights(), manifest("Dataset/chat", absent=True)])
def test_what_could_not_be_listed_is_left_alone(wanted: Manifest) -> None:
    change = _change(wanted, incomplete={wanted.ref.kind: "503"})

    assert (Action.NONE, "not-read") == (change.action, change.reason.code)


@pytest.mark.parametrize("wanted", [dataset(), manifest("Dataset/chat", absent=True)])
def test_a_state_that_nobody_knows_is_left_alone(wanted: Manifest) -> None:
    change = _change(wanted, _made(dataset(), "QUARANTINED", exampleCount="99"))

    assert (Action.NONE, "unknown-state", 1) == (
        change.action,
        change.reason.code,
        len(change.warnings),
    )


def test_there_is_one_change_for_each_resource_in_their_order() -> None:
    state = desired(weights(), dataset(), job())

    assert list(state.resources) == [change.ref for change in diff(state, account())]


@given(
    st.fixed_dictionaries(
        {},
        optional={
            "displayName": st.text(max_size=20),
            "supportsTools": st.booleans(),
            "contextLength": st.integers(0, 2**31 - 1),
        },
    )
)
def test_after_a_create_there_is_nothing_to_do(spec: dict[str, Any]) -> None:
    wanted = weights(spec=spec)

    assert Action.NONE is _change(wanted, _made(wanted)).action


@given(st.permutations(["displayName", "description", "githubUrl", "kind"]))
def test_the_order_of_keys_does_not_matter(order: list[str]) -> None:
    wanted = manifest("Model/base", dict.fromkeys(order, "x"))
    found = live("Model/base", displayName="y", kind="z")
    ordered = manifest("Model/base", dict.fromkeys(sorted(order), "x"))

    assert _change(ordered, found).fields == _change(wanted, found).fields
