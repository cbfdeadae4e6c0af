"""What the schemas of the kinds refuse, accept and warn of."""

from __future__ import annotations

from typing import Any

import jsonschema_rs
import pytest
from jsonschema import Draft202012Validator

from reconciler.kinds.registry import all_kinds
from reconciler.schema_files import schema, schema_names
from tests.kinds.spec_fields import fields, objects

KINDS = tuple(all_kinds())
JOB: dict[str, Any] = {"dataset": "d", "baseModel": "accounts/fireworks/models/m"}

REFUSED = [
    ("Model", {"displayName": "x" * 64}),
    ("Model", {"description": "x" * 1000}),
    ("Model", {"kind": "HF_BASE"}),
    ("Model", {"peftDetails": {"baseModel": "b", "r": 3, "targetModules": ["q_proj"]}}),
    ("Model", {"peftDetails": {"baseModel": "b", "r": 65, "targetModules": ["q_proj"]}}),
    ("Model", {"peftDetails": {"baseModel": "b", "r": 8}}),
    ("Model", {"conversationConfig": {"system": "be kind"}}),
    ("Model", {"state": "READY"}),
    ("Model", {"baseModelDetails": {"parameterCount": 7}}),
    ("Model", {"teftDetails": {"anything": 1}}),
    ("Model", {"source": {"include": ["*.json"]}}),
    ("Model", {"source": {"path": "models/x", "exclude": ["*.bin"]}}),
    ("Model", {"contextLength": "4096"}),
    ("Model", {"contextLength": 2**31}),
    ("Dataset", {"source": {"path": "x.jsonl", "sha256": "abc"}}),
    ("Dataset", {"format": "chat"}),
    ("Dataset", {"externalUrl": "file:///etc/passwd"}),
    ("Dataset", {"exampleCount": "24"}),
    ("Dataset", {"splitted": {}}),
    ("SupervisedFineTuningJob", {"baseModel": "b"}),
    ("SupervisedFineTuningJob", {**JOB, "epochs": 2.5}),
    ("SupervisedFineTuningJob", {**JOB, "usePurpose": "trial"}),
    ("SupervisedFineTuningJob", {**JOB, "outputModel": "-bot"}),
    ("SupervisedFineTuningJob", {**JOB, "outputModel": "x" * 64}),
    ("SupervisedFineTuningJob", {**JOB, "metricsFileSignedUrl": "https://x"}),
    ("SupervisedFineTuningJob", {**JOB, "wandbConfig": {"apiKey": "literal"}}),
    ("SupervisedFineTuningJob", {**JOB, "wandbConfig": {"apiKey": {"env": "NOT A NAME"}}}),
    ("FineTuningJob", {"dataset": "d"}),
    ("FineTuningJob", {**JOB, "textCompletion": {"inputTemplate": "{a}"}}),
    ("FineTuningJob", {**JOB, "datasets": []}),
    ("FineTuningJob", {**JOB, "text_completion": {}}),
]

ACCEPTED = [
    ("Model", {}),
    ("Model", {"displayName": "x" * 63, "description": "x" * 999}),
    ("Model", {"peftDetails": {"baseModel": "b", "r": 4, "targetModules": ["q_proj"]}}),
    ("Model", {"deprecationDate": {"year": 2027, "month": 1, "day": 0}}),
    ("Dataset", {"externalUrl": "gs://bucket/rows.jsonl", "exampleCount": 24}),
    ("Dataset", {"userUploaded": {}}),
    ("SupervisedFineTuningJob", {**JOB, "outputModel": "accounts/acme/models/bot"}),
    ("SupervisedFineTuningJob", {**JOB, "usePurpose": ""}),
    ("SupervisedFineTuningJob", {**JOB, "wandbConfig": {"apiKey": {"env": "WANDB_KEY"}}}),
    ("SupervisedFineTuningJob", {"dataset": "d", "loraRank": 7}),
    ("FineTuningJob", {**JOB, "epochs": 2.5, "learningRate": 1}),
    ("FineTuningJob", {**JOB, "wandbApiKey": {"env": "WANDB_KEY"}}),
]

WARNED = [
    ("Model", "contextLength", -1),
    ("Model", "peftDetails.targetModules", ["all-linear"]),
    ("Model", "peftDetails.targetModules", []),
    ("Dataset", "exampleCount", 2),
    ("Dataset", "exampleCount", 3_000_001),
    ("SupervisedFineTuningJob", "displayName", "x" * 64),
    ("SupervisedFineTuningJob", "epochs", 101),
    ("SupervisedFineTuningJob", "learningRate", 0.2),
    ("SupervisedFineTuningJob", "loraRank", 7),
    ("SupervisedFineTuningJob", "maxContextLength", 1000),
    ("SupervisedFineTuningJob", "gradientAccumulationSteps", 2),
    ("SupervisedFineTuningJob", "mtpNumDraftTokens", 4),
    ("FineTuningJob", "learningRate", 1.5),
    ("FineTuningJob", "loraRank", 33),
    ("FineTuningJob", "batchSize", 1025),
    ("FineTuningJob", "evaluationSplit", 0.6),
]

SENSIBLE = [
    ("Model", "peftDetails.targetModules", ["q_proj", "w1", "block_sparse_moe.gate"]),
    ("Dataset", "exampleCount", 3),
    ("SupervisedFineTuningJob", "learningRate", 0.0001),
    ("SupervisedFineTuningJob", "loraRank", 0),
    ("SupervisedFineTuningJob", "loraRank", 64),
    ("SupervisedFineTuningJob", "maxContextLength", 8192),
    ("SupervisedFineTuningJob", "gradientAccumulationSteps", 1),
    ("FineTuningJob", "epochs", 0.5),
]


@pytest.mark.parametrize("name", schema_names())
def test_a_schema_is_a_schema(name: str) -> None:
    Draft202012Validator.check_schema(schema(name))


@pytest.mark.parametrize("name", KINDS)
def test_no_object_of_a_spec_takes_unknown_fields(name: str) -> None:
    closed = {found.get("additionalProperties") for found in objects(schema(name))}

    assert closed == {False}


@pytest.mark.parametrize("name", [*KINDS, "manifest", "project"])
def test_every_field_that_a_user_writes_is_described(name: str) -> None:
    assert [] == [path for path, field in fields(schema(name)) if not field.get("description")]


@pytest.mark.parametrize(("name", "spec"), REFUSED, ids=str)
def test_a_wrong_spec_is_refused(name: str, spec: dict[str, Any]) -> None:
    assert not jsonschema_rs.is_valid(schema(name), spec)


@pytest.mark.parametrize(("name", "spec"), ACCEPTED, ids=str)
def test_a_right_spec_is_accepted(name: str, spec: dict[str, Any]) -> None:
    assert [] == [error.message for error in Draft202012Validator(schema(name)).iter_errors(spec)]


@pytest.mark.parametrize(("name", "path", "value"), WARNED, ids=str)
def test_an_unlikely_value_is_warned_of(name: str, path: str, value: object) -> None:
    assert not likely(name, path, value)


@pytest.mark.parametrize(("name", "path", "value"), WARNED, ids=str)
def test_an_unlikely_value_is_not_refused(name: str, path: str, value: object) -> None:
    field = dict(fields(schema(name)))[path]

    assert jsonschema_rs.is_valid(field, value)


@pytest.mark.parametrize(("name", "path", "value"), SENSIBLE, ids=str)
def test_a_sensible_value_is_not_warned_of(name: str, path: str, value: object) -> None:
    assert likely(name, path, value)


@pytest.mark.parametrize("name", KINDS)
def test_every_warning_has_a_schema_and_a_message(name: str) -> None:
    warnings = [field["x-warning"] for _, field in fields(schema(name)) if "x-warning" in field]

    for warning in warnings:
        Draft202012Validator.check_schema(warning["schema"])
    assert {frozenset(warning) for warning in warnings} == {frozenset(("schema", "message"))}


def likely(name: str, path: str, value: object) -> bool:
    """Whether a value passes without a warning."""
    warning = dict(fields(schema(name)))[path]["x-warning"]
    return jsonschema_rs.is_valid(warning["schema"], value)
