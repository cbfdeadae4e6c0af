"""What the server names is never made twice; a soft delete is a delete; an update rolls out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from reconciler.diff.change import Action, FieldChange
from reconciler.execute.outcome import Status
from reconciler.kinds.registry import kind
from reconciler.plan.plan import PlannedChange, Verb
from tests.execute.fake_provider import FakeProvider
from tests.execute.plans import apply, planned, resource

if TYPE_CHECKING:
    from reconciler.execute.outcome import Outcome
    from reconciler.live.state import LiveResource

LOADED, DEPLOYMENT = kind("DeployedModel"), kind("Deployment")
KEY = {"model": "accounts/acme/models/bot", "deployment": "accounts/acme/deployments/support"}
OTHER = {**KEY, "model": "accounts/acme/models/other"}
SERVED = {"baseModel": "accounts/fireworks/models/m", "maxReplicaCount": 3}


def load() -> PlannedChange:
    """A load to be made; the server is to name it."""
    wanted = resource("DeployedModel/bot", KEY)
    unnamed = type(wanted)(wanted.ref, "", wanted.spec, wanted.manifest)
    return planned(Action.CREATE, unnamed, Verb.CREATE, Verb.WAIT)


def deployment() -> PlannedChange:
    """A deployment to be made; it costs by the hour."""
    return planned(Action.RUN, resource("Deployment/support", SERVED), Verb.CREATE, Verb.WAIT)


def platform(**more: Any) -> FakeProvider:
    return FakeProvider(first_states=("DEPLOYING", "DEPLOYED"), **more)


def creates(provider: FakeProvider) -> int:
    return sum(verb == "create" for verb, _ in provider.calls)


def served(provider: FakeProvider, *states: str, **body: Any) -> LiveResource:
    """A live deployment, as the plan saw it."""
    return provider.put(DEPLOYMENT, "support", {**SERVED, **body}, *states).seen()


def test_a_load_is_made_and_waited_for() -> None:
    provider = platform()

    done = apply(provider, load())

    assert (Status.DONE, 1) == (done.only.status, len(provider.made(LOADED)))


def test_a_load_is_looked_for_before_it_is_made() -> None:
    provider = platform()

    apply(provider, load())

    assert [("list", "deployedModels"), ("create", "")] == provider.calls[:2]


def test_an_equal_load_is_adopted() -> None:
    provider = platform()
    provider.put(LOADED, "x1", KEY, "DEPLOYED")

    done = apply(provider, load())

    assert (Status.DONE, []) == (done.only.status, provider.writes)


@pytest.mark.parametrize(("body", "state"), [(OTHER, "DEPLOYED"), (KEY, "UNDEPLOYING")])
def test_another_load_or_one_that_leaves_is_not_adopted(body: dict[str, str], state: str) -> None:
    provider = platform()
    provider.put(LOADED, "x1", body, state)

    apply(provider, load())

    assert 1 == creates(provider)


def test_a_lost_answer_leads_to_the_one_load_that_was_made() -> None:
    provider = platform(script={("create", 1): "lost"})

    done = apply(provider, load())

    assert (Status.DONE, 1, 1) == (done.only.status, creates(provider), len(provider.records))


def test_a_list_that_lags_is_waited_for_before_anything_is_sent_again() -> None:
    provider = platform(script={("create", 1): "lost"}, lag=20.0)

    done = apply(provider, load())

    assert (Status.DONE, 1, 1) == (done.only.status, creates(provider), len(provider.records))


def test_a_request_that_never_arrived_is_sent_once_more_after_the_lists_lag() -> None:
    provider = platform(script={("create", 1): "unheard"})

    done = apply(provider, load())

    assert (Status.DONE, 2, True) == (
        done.only.status,
        creates(provider),
        provider.clock.now() >= 30.0,
    )


def test_it_is_never_sent_a_third_time() -> None:
    provider = platform(script={("create", n): "unheard" for n in (1, 2, 3)})

    done = apply(provider, load())

    assert (Status.FAILED, 2) == (done.only.status, creates(provider))


def test_a_refusal_because_it_is_loaded_already_means_that_load() -> None:
    provider = platform(script={("create", 1): "precondition"})

    def somebody_else(verb: str, _id: str) -> None:
        if verb == "create" and not provider.records:
            provider.put(LOADED, "x1", KEY, "DEPLOYED")

    provider.before = somebody_else

    done = apply(provider, load())

    assert (Status.DONE, 1) == (done.only.status, len(provider.records))


def test_another_refusal_is_told() -> None:
    done = apply(platform(script={("create", 1): "precondition"}), load())

    assert (Status.FAILED, "not now") == (done.only.status, done.only.detail)


def test_a_soft_deleted_deployment_is_gone() -> None:
    provider = FakeProvider()
    live = served(provider, "READY")

    done = apply(provider, removal(live))

    assert (Status.DONE, [("delete", "support")]) == (done.only.status, provider.writes)


def test_one_that_is_deleted_already_is_not_deleted_again() -> None:
    provider = FakeProvider()
    live = served(provider, "READY")
    provider.records[("Deployment", "support")].states = ["DELETED"]

    done = apply(provider, removal(live))

    assert (Status.DONE, []) == (done.only.status, provider.writes)


@pytest.mark.parametrize(
    ("absent", "status"), [(True, Status.DONE), (False, Status.RUNNING)], ids=["unwanted", "wanted"]
)
def test_a_record_that_only_holds_its_id_is_what_a_tombstone_asks_for(
    absent: bool, status: Status
) -> None:
    provider = FakeProvider()
    live = served(provider, "DELETED")
    wanted = resource("Deployment/support", {} if absent else SERVED, absent=absent)

    done = apply(provider, planned(Action.NONE, wanted, live=live))

    assert (status, []) == (done.only.status, provider.writes)


def test_a_deployment_that_served_lately_stays_and_the_way_out_is_named() -> None:
    provider = FakeProvider(script={("delete", 1): "precondition"})

    outcome = apply(provider, removal(served(provider, "READY"))).only

    assert Status.FAILED is outcome.status
    assert "within the last hour" in hint(outcome)
    assert [("delete", "support")] == provider.writes


def test_what_is_made_again_frees_its_id_first() -> None:
    provider = FakeProvider(first_states=("CREATING", "READY"))
    wanted = resource("Deployment/support", SERVED)
    live = served(provider, "READY", maxReplicaCount=1)
    steps = (Verb.DELETE, Verb.CREATE, Verb.WAIT)

    done = apply(provider, planned(Action.REPLACE, wanted, *steps, live=live))

    assert Status.DONE is done.only.status
    assert [("purge", "support"), ("create", "support")] == provider.writes


def test_an_id_that_a_deleted_record_holds_is_not_taken() -> None:
    provider = FakeProvider()
    served(provider, "DELETED")
    wanted = resource("Deployment/support", SERVED)

    done = apply(provider, planned(Action.RUN, wanted, Verb.CREATE, Verb.WAIT))

    assert (Status.FAILED, []) == (done.only.status, provider.writes)
    assert "still holds the id" in done.only.detail


def test_an_update_repeats_what_the_platform_demands_and_is_waited_for() -> None:
    provider = FakeProvider()
    live = served(provider, "READY", maxReplicaCount=1)
    wanted = resource("Deployment/support", SERVED)

    def rolls_out(verb: str, _id: str) -> None:
        if verb == "update":
            provider.records[("Deployment", "support")].states = ["UPDATING"] * 3 + ["READY"]

    provider.before = rolls_out
    changed = FieldChange("maxReplicaCount", 1, 3, "")

    done = apply(
        provider,
        planned(Action.UPDATE, wanted, Verb.UPDATE, Verb.WAIT, live=live, fields=(changed,)),
    )

    assert [("update", "support", ("baseModel", "maxReplicaCount"))] == [
        (*call, provider.sent[call]) for call in provider.writes
    ]
    assert (Status.DONE, True) == (done.only.status, provider.clock.now() > 0)


def test_an_unchanged_deployment_that_comes_up_is_waited_for() -> None:
    provider = FakeProvider()
    live = served(provider, "CREATING", "CREATING", "READY")
    wanted = resource("Deployment/support", SERVED)

    done = apply(provider, planned(Action.NONE, wanted, live=live))

    assert Status.DONE is done.only.status


def test_an_unchanged_deployment_that_has_failed_is_a_failure_with_its_way_out() -> None:
    provider = FakeProvider()
    live = served(provider, "FAILED")

    done = apply(provider, planned(Action.NONE, resource("Deployment/support", SERVED), live=live))

    assert Status.FAILED is done.only.status
    assert "--replace Deployment/support" in hint(done.only)


def removal(live: LiveResource) -> PlannedChange:
    gone = resource("Deployment/support", SERVED, absent=True)
    return planned(Action.DELETE, gone, Verb.DELETE, live=live)


def hint(outcome: Outcome) -> str:
    return (outcome.error.hint or "") if outcome.error is not None else ""
