"""What makes the spec of a deployment right, and what its states mean."""

from __future__ import annotations

from typing import Any

import pytest

from reconciler.kinds.kind import Readiness
from reconciler.kinds.registry import kind

DEPLOYMENT, LOADED = kind("Deployment"), kind("DeployedModel")
BASE: dict[str, Any] = {"baseModel": "accounts/fireworks/models/m", "deploymentShape": "default"}
WITHOUT_SHAPE = {"baseModel": BASE["baseModel"]}

RIGHT = [
    BASE,
    {**WITHOUT_SHAPE, "acceleratorType": "NVIDIA_H100_80GB"},
    {**WITHOUT_SHAPE, "deploymentTemplate": "t"},
    {**BASE, "placement": {"region": "US_IOWA_1"}},
    {**BASE, "minReplicaCount": 2, "maxReplicaCount": 2},
    {**BASE, "minReplicaCount": 2},
    {**BASE, "acceptShapelessRisk": False},
]
WRONG = [
    ({**BASE, "placement": {}}, "spec.placement", "missing-field"),
    (
        {**BASE, "placement": {"region": "US_IOWA_1", "multiRegion": "US"}},
        "spec.placement.multiRegion",
        "conflicting-fields",
    ),
    ({**BASE, "acceptShapelessRisk": True}, "spec.acceptShapelessRisk", "conflicting-fields"),
    ({**BASE, "deploymentTemplate": "t", "autoTune": {}}, "spec.autoTune", "conflicting-fields"),
]
UNLIKELY = [
    (WITHOUT_SHAPE, "spec", "no-shape"),
    ({**BASE, "minReplicaCount": 2, "maxReplicaCount": 1}, "spec.minReplicaCount", "invalid-spec"),
]
STATES = {
    "CREATING": Readiness.PENDING,
    "UPDATING": Readiness.PENDING,
    "READY": Readiness.READY,
    "FAILED": Readiness.FAILED,
    "DELETING": Readiness.VANISHING,
    "DELETED": Readiness.DELETED,
    "STATE_UNSPECIFIED": Readiness.UNKNOWN,
}
LOADED_STATES = {
    "DEPLOYING": Readiness.PENDING,
    "UPDATING": Readiness.PENDING,
    "DEPLOYED": Readiness.READY,
    "UNDEPLOYING": Readiness.VANISHING,
    "STATE_UNSPECIFIED": Readiness.UNKNOWN,
}


def problems(spec: dict[str, Any]) -> list[tuple[str, str, bool]]:
    """(path, code, whether it is only a warning) of each problem."""
    found = DEPLOYMENT.check(spec, None)
    return [(".".join(map(str, p.path)), p.code, p.warning) for p in found]


@pytest.mark.parametrize("spec", RIGHT, ids=str)
def test_a_right_deployment_has_no_problem(spec: dict[str, Any]) -> None:
    assert [] == problems(spec)


@pytest.mark.parametrize(("spec", "path", "code"), WRONG, ids=str)
def test_a_wrong_deployment_is_an_error_at_its_field(
    spec: dict[str, Any], path: str, code: str
) -> None:
    assert [(path, code, False)] == problems(spec)


@pytest.mark.parametrize(("spec", "path", "code"), UNLIKELY, ids=str)
def test_an_unlikely_deployment_is_a_warning(spec: dict[str, Any], path: str, code: str) -> None:
    assert [(path, code, True)] == problems(spec)


def test_the_states_of_a_deployment() -> None:
    assert STATES == dict(DEPLOYMENT.states)


def test_the_states_of_a_loaded_adapter() -> None:
    assert LOADED_STATES == dict(LOADED.states)


def test_a_deployment_is_asked_about_before_it_is_made() -> None:
    assert "validateOnly" == DEPLOYMENT.manners.dry_run


def test_what_a_kind_repeats_is_never_what_an_update_changes() -> None:
    repeated = [DEPLOYMENT.rule(path) for path in DEPLOYMENT.manners.repeated]

    assert ["immutable", "create parameter"] == [r.field_class.value for r in repeated if r]
