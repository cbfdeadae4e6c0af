"""What makes the spec of a training job right."""

from __future__ import annotations

from typing import Any

import pytest

from reconciler.kinds.registry import kind

SUPERVISED = "SupervisedFineTuningJob"
OLDER = "FineTuningJob"
MODEL = "accounts/fireworks/models/m"
START: dict[str, Any] = {"dataset": "d", "baseModel": MODEL}
TEXT = {"textCompletion": {"inputTemplate": "{question} ", "outputTemplate": "{answer}"}}

PREFERENCE, REINFORCED = "DpoJob", "ReinforcementFineTuningJob"
PAIRS: dict[str, Any] = {
    "dataset": "d",
    "trainingConfig": {"baseModel": MODEL},
    "lossConfig": {"method": "DPO"},
}
ROLLOUTS: dict[str, Any] = {
    "dataset": "d",
    "evaluator": "e",
    "trainingConfig": {"baseModel": MODEL},
}

RIGHT = [
    (PREFERENCE, PAIRS),
    (PREFERENCE, {**PAIRS, "lossConfig": {"method": "ORPO"}}),
    (REINFORCED, ROLLOUTS),
    (REINFORCED, {**ROLLOUTS, "trainingConfig": {"warmStartFrom": "a", "learningRate": 1e-4}}),
    (SUPERVISED, START),
    (SUPERVISED, {"dataset": "d", "warmStartFrom": "adapter"}),
    (SUPERVISED, {**START, "batchSize": 8192, "maxContextLength": 8192}),
    (SUPERVISED, {**START, "awsS3Config": {"iamRoleArn": "arn:aws:iam::1:role/r"}}),
    (SUPERVISED, {**START, "azureBlobStorageConfig": {"credentialsSecret": "azure"}}),
    (OLDER, {**START, **TEXT}),
    (OLDER, {"datasets": [{"dataset": "d"}], "baseModel": MODEL, "conversation": {}}),
]
WRONG = [
    (PREFERENCE, {"dataset": "d"}, "spec", "missing-field"),
    (PREFERENCE, {**PAIRS, "trainingConfig": {}}, "spec.trainingConfig", "missing-field"),
    (
        PREFERENCE,
        {**PAIRS, "trainingConfig": {"baseModel": MODEL, "warmStartFrom": "a"}},
        "spec.trainingConfig.warmStartFrom",
        "conflicting-fields",
    ),
    (REINFORCED, {"dataset": "d", "evaluator": "e"}, "spec", "missing-field"),
    (SUPERVISED, {"dataset": "d"}, "spec", "missing-field"),
    (SUPERVISED, {**START, "warmStartFrom": "a"}, "spec.warmStartFrom", "conflicting-fields"),
    (
        SUPERVISED,
        {**START, "awsS3Config": {"credentialsSecret": "s", "iamRoleArn": "r"}},
        "spec.awsS3Config.iamRoleArn",
        "conflicting-fields",
    ),
    (
        SUPERVISED,
        {
            **START,
            "azureBlobStorageConfig": {
                "credentialsSecret": "s",
                "managedIdentityClientId": "m",
                "tenantId": "t",
            },
        },
        "spec.azureBlobStorageConfig.managedIdentityClientId",
        "conflicting-fields",
    ),
    (OLDER, START, "spec", "missing-field"),
    (OLDER, {"baseModel": MODEL, **TEXT}, "spec", "missing-field"),
    (OLDER, {**START, **TEXT, "datasets": []}, "spec.datasets", "conflicting-fields"),
    (OLDER, {**START, **TEXT, "conversation": {}}, "spec.conversation", "conflicting-fields"),
]
UNLIKELY = [
    (PREFERENCE, {**PAIRS, "lossConfig": {"klBeta": 0.1}}, "spec.lossConfig"),
    (PREFERENCE, {k: PAIRS[k] for k in ("dataset", "trainingConfig")}, "spec"),
    (
        PREFERENCE,
        {
            **PAIRS,
            "trainingConfig": {"baseModel": MODEL, "batchSize": 512, "maxContextLength": 8192},
        },
        "spec.trainingConfig.batchSize",
    ),
    (SUPERVISED, {**START, "batchSize": 512, "maxContextLength": 8192}, "spec.batchSize"),
    (
        SUPERVISED,
        {**START, "azureBlobStorageConfig": {"tenantId": "t"}},
        "spec.azureBlobStorageConfig.tenantId",
    ),
    (
        OLDER,
        {**START, "textCompletion": {"inputTemplate": "{q}", "outputTemplate": "yes"}},
        "spec.textCompletion.outputTemplate",
    ),
    (
        OLDER,
        {**START, "textCompletion": {"inputTemplate": "{ q }{}", "outputTemplate": "{a}"}},
        "spec.textCompletion.inputTemplate",
    ),
    (OLDER, {**START, **TEXT, "wandbEntity": "team"}, "spec.wandbEntity"),
]


def problems(name: str, spec: dict[str, Any]) -> list[tuple[str, str, bool]]:
    """(path, code, whether it is only a warning) of each problem."""
    found = kind(name).check(spec, None)
    return [(".".join(map(str, p.path)), p.code, p.warning) for p in found]


@pytest.mark.parametrize(("name", "spec"), RIGHT, ids=str)
def test_a_right_job_has_no_problem(name: str, spec: dict[str, Any]) -> None:
    assert problems(name, spec) == []


@pytest.mark.parametrize(("name", "spec", "path", "code"), WRONG, ids=str)
def test_a_wrong_job_is_an_error_at_its_field(
    name: str, spec: dict[str, Any], path: str, code: str
) -> None:
    assert (path, code, False) in problems(name, spec)


@pytest.mark.parametrize(("name", "spec", "path"), UNLIKELY, ids=str)
def test_an_unlikely_job_is_a_warning_at_its_field(
    name: str, spec: dict[str, Any], path: str
) -> None:
    assert [path] == [found for found, _, warning in problems(name, spec) if warning]


@pytest.mark.parametrize(("name", "spec", "path"), UNLIKELY, ids=str)
def test_an_unlikely_job_is_no_error(name: str, spec: dict[str, Any], path: str) -> None:
    assert [] == [found for found in problems(name, spec) if not found[2]], path
