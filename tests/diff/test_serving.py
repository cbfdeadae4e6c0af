"""Deployments, and what is loaded on them: what the platform does of its own accord."""

from __future__ import annotations

from typing import Any

import pytest

from reconciler.diff.change import Action, Change
from reconciler.diff.diff import diff
from reconciler.live.state import Accepted, LiveResource, Rejected
from reconciler.ref import ResourceRef
from tests.desired.manifests import account, desired, live, made, manifest, one

M = "accounts/acme/models"
D = "accounts/acme/deployments/support"
NEW, OLD = f"{M}/bot-bbbbbbbbbb", f"{M}/bot-aaaaaaaaaa"
DEPLOYMENT = manifest(
    "Deployment/support", {"baseModel": f"{M}/base", "deploymentShape": "default"}
)
REF = ResourceRef("Deployment", "support")


def loaded(model: str = NEW, **more: Any) -> Any:
    return manifest("DeployedModel/bot", {"model": model, "deployment": D, **more})


def on(model: str, state: str = "DEPLOYED", name: str = "x1", where: str = D) -> LiveResource:
    return live(f"DeployedModel/{name}", state, model=model, deployment=where)


def change(wanted: Any, *found: LiveResource, replace: bool = False, **more: Any) -> Change:
    asked = frozenset({wanted.ref}) if replace else frozenset[ResourceRef]()
    (only,) = diff(desired(wanted), account(*found, **more), asked)
    return only


def deployed(state: str = "READY", **body: Any) -> LiveResource:
    return made(one(desired(DEPLOYMENT), "Deployment/support"), state, **body)


def refusals(of: Change) -> list[str]:
    return [said.code for said in of.refusals]


def warnings(of: Change) -> list[str]:
    return [said.code for said in of.warnings]


def test_a_deployment_that_is_not_there_runs_and_says_what_it_costs() -> None:
    found = change(DEPLOYMENT)

    assert (Action.RUN, True) == (found.action, "costs by the hour" in found.reason.text)


def test_a_deployment_that_is_not_there_may_have_gone_by_itself() -> None:
    assert "removed by the platform" in change(DEPLOYMENT).reason.text


def test_the_shape_that_the_platform_chose_is_no_difference() -> None:
    shape = "accounts/fireworks/deploymentShapes/fast/versions/v7"

    assert Action.NONE is change(DEPLOYMENT, deployed(deploymentShape=shape)).action


def test_a_scaled_deployment_is_updated_in_place() -> None:
    wanted = manifest("Deployment/support", {**DEPLOYMENT.spec, "maxReplicaCount": 3})

    assert Action.UPDATE is change(wanted, deployed(maxReplicaCount=1)).action


def test_the_windows_that_the_platform_fills_in_are_no_difference() -> None:
    policy = {"scaleToZeroWindow": "600s"}
    wanted = manifest("Deployment/support", {**DEPLOYMENT.spec, "autoscalingPolicy": policy})
    filled = {"scaleToZeroWindow": "600.000s", "scaleUpWindow": "30s"}

    assert Action.NONE is change(wanted, deployed(autoscalingPolicy=filled)).action


def test_another_accelerator_is_refused() -> None:
    spec = {**DEPLOYMENT.spec, "acceleratorType": "NVIDIA_H100_80GB"}

    found = change(
        manifest("Deployment/support", spec), deployed(acceleratorType="NVIDIA_A100_80GB")
    )

    assert ["immutable-field"] == refusals(found)


def test_a_deleted_record_that_holds_the_id_is_refused_and_says_until_when() -> None:
    found = change(DEPLOYMENT, deployed("DELETED", purgeTime="2026-01-08T00:00:00Z"))

    assert ["id-held"] == refusals(found)
    assert "2026-01-08T00:00:00Z" in found.reason.text


def test_replace_makes_it_again_though_the_record_holds_the_id() -> None:
    found = change(DEPLOYMENT, deployed("DELETED"), replace=True)

    assert (Action.REPLACE, []) == (found.action, refusals(found))


def test_a_tombstone_of_a_deleted_record_has_its_wish() -> None:
    found = change(manifest("Deployment/support", absent=True), deployed("DELETED"))

    assert (Action.NONE, "already-gone", []) == (found.action, found.reason.code, refusals(found))


def test_a_failed_deployment_is_left_alone_and_named() -> None:
    status = {"code": "INTERNAL", "message": "out of memory"}

    found = change(DEPLOYMENT, deployed("FAILED", status=status))

    assert (Action.NONE, ["failed"]) == (found.action, warnings(found))
    assert "out of memory" in found.reason.text


def test_a_failed_deployment_can_be_made_again_on_purpose() -> None:
    assert Action.REPLACE is change(DEPLOYMENT, deployed("FAILED"), replace=True).action


def test_what_the_platform_would_refuse_is_refused_before() -> None:
    verdict = Rejected("addons cannot be enabled with quantized precisions")

    found = change(DEPLOYMENT, rehearsals={REF: verdict})

    assert ["refused-by-platform"] == refusals(found)
    assert "quantized" in found.refusals[0].message


def test_what_the_platform_would_make_as_wished_is_not_spoken_of() -> None:
    would = deployed("CREATING", deploymentShape="accounts/f/deploymentShapes/x/versions/1")

    found = change(DEPLOYMENT, rehearsals={REF: Accepted(would)})

    assert ([], []) == (refusals(found), warnings(found))


def test_what_the_platform_would_make_otherwise_is_a_warning() -> None:
    wanted = manifest("Deployment/support", {**DEPLOYMENT.spec, "maxReplicaCount": 3})

    found = change(wanted, rehearsals={REF: Accepted(deployed("CREATING", maxReplicaCount=1))})

    assert (["made-otherwise"], []) == (warnings(found), refusals(found))


def test_a_load_is_found_by_its_model_and_deployment() -> None:
    found = change(loaded(), on(OLD, name="x1"), on(NEW, name="x2"))

    assert (Action.NONE, "x2") == (found.action, found.live.id if found.live else "")


def test_of_two_equal_loads_the_one_that_stays_is_meant() -> None:
    found = change(loaded(), on(NEW, "UNDEPLOYING", "x1"), on(NEW, name="x2"))

    assert "x2" == (found.live.id if found.live else "")


def test_a_load_on_another_deployment_is_another() -> None:
    elsewhere = on(NEW, where="accounts/acme/deployments/other")

    assert Action.CREATE is change(loaded(), elsewhere).action


def test_an_older_version_stays_beside_the_new_one_and_is_named() -> None:
    found = change(loaded(), on(OLD))

    assert (Action.CREATE, ["older-version-stays"]) == (found.action, warnings(found))


@pytest.mark.parametrize("other", [f"{M}/cat-aaaaaaaaaa", f"{M}/bot", f"{M}/bot-2"])
def test_another_model_is_no_older_version(other: str) -> None:
    assert [] == warnings(change(loaded(), on(other)))


def test_an_older_version_with_a_tombstone_is_not_spoken_of() -> None:
    gone = manifest("DeployedModel/old", {"model": OLD, "deployment": D}, absent=True)

    new, old = diff(desired(loaded(), gone), account(on(OLD)))

    assert ([], Action.DELETE) == (warnings(new), old.action)


def test_a_merged_adapter_takes_the_place_of_what_is_there() -> None:
    found = change(loaded(replaceMergedAddon=True), on(OLD))

    assert (Action.CREATE, [], []) == (found.action, refusals(found), warnings(found))
    assert " takes the place of bot-aaaaaaaaaa (x1)" in found.reason.text


def test_a_merged_adapter_may_not_take_the_place_of_a_declared_one() -> None:
    first = loaded(replaceMergedAddon=True)
    other = manifest("DeployedModel/other", {"model": f"{M}/other", "deployment": D})

    new, _ = diff(desired(first, other), account(on(f"{M}/other")))

    assert ["displaces-declared"] == refusals(new)


@pytest.mark.parametrize(
    ("state", "expected"),
    [("ACTIVE", []), ("BUILDING", ["reference-not-ready"]), ("", ["reference-not-ready"])],
)
def test_an_evaluator_must_be_active(state: str, expected: list[str]) -> None:
    name = "accounts/acme/evaluators/judge"
    rows = "accounts/acme/datasets/rows"
    spec = {"dataset": rows, "evaluator": "judge", "trainingConfig": {"baseModel": f"{M}/base"}}
    wanted = manifest("ReinforcementFineTuningJob/tune", spec)
    judge = LiveResource("", name, state, {"name": name, "state": state})

    found = change(wanted, external={name: judge, rows: live("Dataset/rows")})

    assert expected == refusals(found)
