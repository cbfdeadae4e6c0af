"""Nothing is deleted that is protected or still used (contract 5)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from reconciler.diff.diff import diff
from reconciler.graph import Graph
from reconciler.kinds.kind import Readiness
from reconciler.kinds.training_job import JOB_STATES
from reconciler.plan.build import build_plan
from tests.desired.manifests import JOB, account, dataset, desired, job, live, manifest
from tests.plan.planning import allowing, context, of, plan, refusals

if TYPE_CHECKING:
    from reconciler.live.state import LiveResource
    from reconciler.manifest.manifest import Manifest
    from reconciler.plan.context import PlanContext

CHAT = "accounts/acme/datasets/chat"
BASE = "accounts/acme/models/base"


def _gone(ref: str = "Dataset/chat", **lifecycle: Any) -> Manifest:
    return manifest(ref, absent=True, **lifecycle)


def _refused(
    wanted: Manifest, *found: LiveResource, under: PlanContext | None = None, **more: Any
) -> list[str]:
    ref = str(wanted.ref)
    return refusals(plan([wanted], account(live(ref), *found, **more), under), ref)


def test_a_dataset_is_protected_by_default() -> None:
    assert ["protected"] == _refused(_gone())


def test_the_refusal_names_its_ways_out() -> None:
    shown = plan([_gone()], account(live("Dataset/chat")))
    (said,) = of(shown, "Dataset/chat").change.refusals

    assert (
        "lifecycle: {preventDestroy: false} in all.yaml, or --allow delete:Dataset/chat"
    ) == said.hint


def test_a_refused_plan_is_a_refused_plan() -> None:
    assert plan([_gone()], account(live("Dataset/chat"))).refused


def test_a_job_is_not_protected_by_default() -> None:
    wanted = _gone(f"{JOB}/bot")

    assert [] == refusals(
        plan([wanted], account(live(f"{JOB}/bot", "JOB_STATE_COMPLETED"))), f"{JOB}/bot"
    )


def test_a_tombstone_may_lift_the_protection_itself() -> None:
    assert [] == _refused(_gone(prevent_destroy=False))


def test_allow_lifts_the_protection() -> None:
    assert [] == _refused(_gone(), under=allowing("Dataset/chat"))


def test_allow_of_another_resource_lifts_nothing() -> None:
    assert ["protected"] == _refused(_gone(), under=allowing("Dataset/talk"))


def test_a_tombstone_may_protect_what_is_not_by_default() -> None:
    ran = live(f"{JOB}/bot", "JOB_STATE_COMPLETED")
    shown = plan([_gone(f"{JOB}/bot", prevent_destroy=True)], account(ran))

    assert ["protected"] == refusals(shown, f"{JOB}/bot")


def test_what_is_gone_needs_no_permission() -> None:
    assert not plan([_gone()]).refused


def test_a_replace_is_a_delete_too() -> None:
    found = account(live("Dataset/chat"))
    shown = plan([dataset()], found, replace=["Dataset/chat"])

    assert ["protected"] == refusals(shown, "Dataset/chat")


@pytest.mark.parametrize("state", JOB_STATES)
def test_a_dataset_of_a_job_that_has_not_ended_stays(state: str) -> None:
    ended = JOB_STATES[state] in (Readiness.READY, Readiness.FAILED)
    user = live(f"{JOB}/other", state, dataset=CHAT)

    assert ([] if ended else ["in-use"]) == _refused(_gone(prevent_destroy=False), user)


@pytest.mark.parametrize("name", [CHAT, "chat"])
def test_a_short_name_is_a_use_too(name: str) -> None:
    user = live(f"{JOB}/other", "JOB_STATE_RUNNING", dataset=name)

    assert ["in-use"] == _refused(_gone(prevent_destroy=False), user)


def test_a_model_under_an_adapter_stays() -> None:
    user = live("Model/lora", peftDetails={"baseModel": BASE})

    assert ["in-use"] == _refused(_gone("Model/base", prevent_destroy=False), user)


def test_a_model_that_a_running_job_makes_stays() -> None:
    user = live(f"{JOB}/other", "JOB_STATE_RUNNING", outputModel=BASE)

    assert ["in-use"] == _refused(_gone("Model/base", prevent_destroy=False), user)


def test_a_loaded_model_stays() -> None:
    loaded = live(
        "Model/base", deployedModelRefs=[{"deployment": "accounts/acme/deployments/canary"}]
    )
    shown = plan([_gone("Model/base", prevent_destroy=False)], account(loaded))

    assert ["in-use"] == refusals(shown, "Model/base")
    assert ("Model/base is still used by accounts/acme/deployments/canary (loaded)",) == of(
        shown, "Model/base"
    ).blocked_by


@pytest.mark.parametrize("said", [True, 5, 1.5, "accounts/acme/deployments/d", {"a": 1}])
def test_a_list_of_users_that_is_no_list_is_no_proof_that_there_are_none(said: object) -> None:
    odd = live("Model/base", deployedModelRefs=said)
    shown = plan([_gone("Model/base", prevent_destroy=False)], account(odd))

    assert ["in-use"] == refusals(shown, "Model/base")


def test_allow_does_not_delete_what_is_used() -> None:
    user = live("Model/lora", peftDetails={"baseModel": BASE})

    assert ["in-use"] == _refused(_gone("Model/base"), user, under=allowing("Model/base"))


def test_a_copy_does_not_keep_its_origin() -> None:
    copy = live("Dataset/copy", splitted={"sourceDatasetId": CHAT})

    assert [] == _refused(_gone(prevent_destroy=False), copy)


def test_a_user_that_goes_too_is_no_obstacle() -> None:
    wanted = [
        _gone("Model/base", prevent_destroy=False),
        _gone("Model/lora", prevent_destroy=False),
    ]
    found = account(live("Model/base"), live("Model/lora", peftDetails={"baseModel": BASE}))

    assert not plan(wanted, found).refused


def test_a_user_that_may_not_go_keeps_what_it_uses() -> None:
    wanted = [_gone("Model/base", prevent_destroy=False), _gone("Model/lora")]
    found = account(live("Model/base"), live("Model/lora", peftDetails={"baseModel": BASE}))

    assert ["blocked-dependency"] == refusals(plan(wanted, found), "Model/base")


def test_nothing_goes_while_its_users_cannot_be_listed() -> None:
    unread = {JOB: "HTTP 503", "DpoJob": "HTTP 503"}
    shown = plan([_gone(prevent_destroy=False)], account(live("Dataset/chat"), incomplete=unread))
    (said,) = of(shown, "Dataset/chat").change.refusals

    assert ("in-use-unknown", "plan again") == (said.code, said.hint)
    why = f"DpoJob, {JOB} could not be read"
    assert f"who uses Dataset/chat is not known: {why}" == said.message


@pytest.mark.parametrize(
    ("number", "told"),
    [
        (1, "accounts/acme/models/l0 (peftDetails.baseModel)"),
        (3, ", ".join(f"accounts/acme/models/l{n} (peftDetails.baseModel)" for n in range(3))),
        (
            5,
            ", ".join(f"accounts/acme/models/l{n} (peftDetails.baseModel)" for n in range(3))
            + " and 2 more",
        ),
    ],
)
def test_three_users_are_named_and_the_rest_is_counted(number: int, told: str) -> None:
    users = [live(f"Model/l{n}", peftDetails={"baseModel": BASE}) for n in range(number)]
    found = account(live("Model/base"), *users)
    shown = plan([_gone("Model/base", prevent_destroy=False)], found)

    assert (f"Model/base is still used by {told}",) == of(shown, "Model/base").blocked_by


def test_an_unrelated_list_that_failed_is_no_obstacle() -> None:
    assert [] == _refused(_gone(prevent_destroy=False), incomplete={"Model": "503"})


def test_what_a_manifest_names_in_full_stays() -> None:
    """What git history removes is no part of the manifests, so no edge tells who needs it."""
    kept, gone = desired(job(spec={"dataset": CHAT})), desired(_gone(prevent_destroy=False))
    edges = Graph({**kept.graph.edges, **gone.graph.edges})
    wanted = replace(kept, resources={**kept.resources, **gone.resources}, graph=edges)
    found = account(live("Dataset/chat"))
    shown = build_plan(diff(wanted, found), wanted, found, context())

    told = f"Dataset/chat is still used by {JOB}/bot (dataset)"
    assert (told,) == of(shown, "Dataset/chat").blocked_by
