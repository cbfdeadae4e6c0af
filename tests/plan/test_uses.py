"""Who uses what: the references of everything live, and of the manifests, turned round."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from reconciler.kinds.registry import all_kinds, kind
from reconciler.plan.uses import loaded_on, mentions, uses
from tests.desired.manifests import BASE, JOB, account, dataset, desired, job, live, manifest

if TYPE_CHECKING:
    from reconciler.live.state import LiveResource
    from reconciler.manifest.manifest import Manifest

OLD = "accounts/acme/datasets/old"
MODEL = "accounts/acme/models/base"


def mentioned(*project: Manifest) -> dict[str, list[str]]:
    return mentions(desired(*project), all_kinds())


def used(*found: LiveResource) -> dict[str, list[tuple[str, str]]]:
    by = uses(account(*found), all_kinds())
    return {name: [(use.user.id, use.path) for use in users] for name, users in by.items()}


def test_a_full_name_in_a_manifest_is_a_mention() -> None:
    found = mentioned(job(spec={"dataset": OLD}), job("two", {"dataset": OLD}))

    assert [f"{JOB}/bot (dataset)", f"{JOB}/two (dataset)"] == found[OLD]
    assert [f"{JOB}/bot (baseModel)", f"{JOB}/two (baseModel)"] == found[BASE]


def test_a_version_of_a_model_mentions_the_model() -> None:
    served = manifest("Deployment/chat", {"baseModel": f"{MODEL}/versions/3"})

    assert {MODEL: ["Deployment/chat (baseModel)"]} == mentioned(served)


def test_a_short_name_mentions_nothing_that_nobody_declares() -> None:
    served = manifest("Deployment/chat", {"baseModel": "base"})

    assert {} == mentioned(manifest("Model/base"), served, dataset())


def test_a_tombstone_mentions_nothing() -> None:
    kept = manifest("Deployment/chat", {"baseModel": MODEL})
    gone = manifest("Deployment/gone", {"baseModel": MODEL}, absent=True)

    assert {MODEL: ["Deployment/chat (baseModel)"]} == mentioned(kept, gone)


def test_where_a_dataset_came_from_is_no_mention() -> None:
    assert {} == mentioned(manifest("Dataset/part", {"splitted": {"sourceDatasetId": OLD}}))


@pytest.mark.parametrize(
    ("ref", "body", "name", "path"),
    [
        (f"{JOB}/j", {"dataset": OLD}, OLD, "dataset"),
        (f"{JOB}/j", {"dataset": "old"}, OLD, "dataset"),
        (f"{JOB}/j", {"outputModel": "base"}, MODEL, "outputModel"),
        (f"{JOB}/j", {"outputModel": MODEL}, MODEL, "outputModel"),
        ("Deployment/d", {"baseModel": f"{MODEL}/versions/3"}, MODEL, "baseModel"),
    ],
)
def test_a_live_resource_uses_what_its_fields_name(
    ref: str, body: dict[str, Any], name: str, path: str
) -> None:
    found = live(ref, "JOB_STATE_RUNNING" if ref.startswith(JOB) else "READY", **body)

    assert {name: [(found.id, path)]} == used(found)


def test_what_is_no_text_names_nothing() -> None:
    body = {"dataset": 5, "baseModel": ["x"], "outputModel": {"name": "x"}}

    assert {} == used(live(f"{JOB}/j", "JOB_STATE_RUNNING", **body))


def test_an_empty_name_names_nothing() -> None:
    empty = dict.fromkeys(("dataset", "baseModel", "outputModel"), "")

    assert {} == used(live(f"{JOB}/j", "JOB_STATE_RUNNING", **empty))


@pytest.mark.parametrize(
    ("said", "names"),
    [
        ([{"deployment": "d", "name": "n"}, {"name": "n"}], ("d", "n")),
        ([{"x": 1}], ("something unnamed",)),
        (["accounts/acme/deployments/d", 5], ("5", "accounts/acme/deployments/d")),
        (True, ("True",)),
        ([], ()),
        (None, ()),
    ],
)
def test_whatever_the_platform_says_of_loads_is_a_user(said: Any, names: tuple[str, ...]) -> None:
    assert names == loaded_on(live("Model/base", deployedModelRefs=said), kind("Model"))


def test_what_was_deleted_uses_nothing() -> None:
    assert {} == used(live("Deployment/d", "DELETED", baseModel=MODEL))
