"""Resources that the server names: known by values of their spec."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.desired.manifests import codes, dataset, desired, job, manifest, one

if TYPE_CHECKING:
    from reconciler.manifest.manifest import Manifest

LOADED = "DeployedModel/bot-on-support"
BASE = {"baseModel": "accounts/fireworks/models/m"}
SUPPORT = manifest("Deployment/support", BASE)
OUTPUT = {"outputModel": "bot"}


def loaded(ref: str = LOADED, spec: dict[str, Any] | None = None, **more: Any) -> Manifest:
    return manifest(ref, {"model": "bot", "deployment": "support", **(spec or {})}, **more)


def test_its_name_is_left_to_the_server() -> None:
    state = desired(dataset(), job("j", OUTPUT), SUPPORT, loaded())

    assert ("", []) == (one(state, LOADED).name, codes(state))


def test_its_spec_names_the_model_of_the_job_and_the_deployment() -> None:
    state = desired(dataset(), job("j", OUTPUT), SUPPORT, loaded())

    assert {
        "model": "accounts/acme/models/bot",
        "deployment": "accounts/acme/deployments/support",
    } == one(state, LOADED).spec


def test_it_follows_the_version_of_the_job() -> None:
    first = desired(dataset(), job("j", OUTPUT, hashed=True), SUPPORT, loaded())
    other = desired(dataset(digit="b"), job("j", OUTPUT, hashed=True), SUPPORT, loaded())

    assert one(first, LOADED).spec["model"] != one(other, LOADED).spec["model"]


def test_two_manifests_of_one_load_are_a_mistake() -> None:
    again = loaded("DeployedModel/again", {"model": "accounts/acme/models/bot"}, line=9)

    state = desired(dataset(), job("j", OUTPUT), SUPPORT, loaded(), again)

    assert ["duplicate-name"] == codes(state)


def test_two_models_on_one_deployment_are_none() -> None:
    other = loaded("DeployedModel/other", {"model": "accounts/acme/models/other"})

    assert [] == codes(desired(dataset(), job("j", OUTPUT), SUPPORT, loaded(), other))


def test_a_tombstone_says_which_one_is_to_go() -> None:
    spec = {"model": "accounts/acme/models/bot", "deployment": "accounts/acme/deployments/d"}

    assert [] == codes(desired(manifest(LOADED, spec, absent=True)))


def test_a_tombstone_without_a_key_is_a_mistake() -> None:
    spec = {"model": "accounts/acme/models/bot"}

    assert ["missing-field"] == codes(desired(manifest(LOADED, spec, absent=True)))


def test_a_load_cannot_be_wanted_and_absent() -> None:
    gone = loaded("DeployedModel/gone", absent=True, line=9)

    state = desired(dataset(), job("j", OUTPUT), SUPPORT, loaded(), gone)

    assert ["duplicate-name"] == codes(state)
