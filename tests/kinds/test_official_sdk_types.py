"""Our kinds and the types of the official SDK 1.2.28 name the same fields.

Where they differ, the difference is listed here with its source: a new SDK that adds a field, or
a field that we forgot, fails a test.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, get_args

import pytest
from fireworks.types import (
    Dataset,
    DatasetCreateParams,
    DatasetUpdateParams,
    DeployedModel,
    Deployment,
    DeploymentCreateParams,
    DeploymentUpdateParams,
    DpoJob,
    DpoJobCreateParams,
    LoraLoadParams,
    LoraUpdateParams,
    Model,
    ModelCreateParams,
    ModelUpdateParams,
    ReinforcementFineTuningJob,
    ReinforcementFineTuningJobCreateParams,
    SupervisedFineTuningJob,
    SupervisedFineTuningJobCreateParams,
)

from reconciler.kinds.field_rule import FieldClass
from reconciler.kinds.identity import BodyId, NaturalKey, QueryId
from reconciler.kinds.registry import kind
from reconciler.schema_files import schema
from tests.kinds.sdk_fields import answer_fields, request_choices, request_fields
from tests.kinds.spec_fields import fields

if TYPE_CHECKING:
    from pydantic import BaseModel

    from reconciler.kinds.kind import Kind

NOT_SENT = {FieldClass.COMPUTED}
PATCHED = {FieldClass.MUTABLE, FieldClass.UNPROVED}

# Accepted by a type of the SDK, but never sent by us.
WRITTEN_BY_THE_SERVER: dict[str, set[str]] = {
    "Deployment": {"validateOnly"},  # no wish: every plan asks so by itself
    "DeployedModel": set(),
    "DpoJob": set(),
    "ReinforcementFineTuningJob": set(),
    "Model": {
        "baseModelDetails.modelType",  # read from config.json by validateUpload
        "baseModelDetails.parameterCount",  # read from the weights by validateUpload
        "baseModelDetails.moe",  # read from config.json by validateUpload
    },
    "Dataset": set[str](),
    "SupervisedFineTuningJob": {"metricsFileSignedUrl"},  # a signed URL: the server's to write
}

# Sent by us, but missing from the SDK's create types.
DOCUMENTED_ELSEWHERE: dict[str, set[str]] = {
    "Deployment": set(),
    "DeployedModel": set(),
    "DpoJob": set(),
    "ReinforcementFineTuningJob": set(),
    "Model": {"baseModelDetails.huggingfaceFiles"},  # the upload guide's create call
    "Dataset": {
        "filter",  # firectl dataset create --filter
        "transformed.filter",  # REST reference of create-dataset
    },
    "SupervisedFineTuningJob": set[str](),
}

# In answers, but missing from the SDK's response types.
SEEN_ON_THE_WIRE: dict[str, set[str]] = {
    "Deployment": set(),
    "DeployedModel": set(),
    "DpoJob": set(),
    "ReinforcementFineTuningJob": set(),
    "Model": {
        "baseModelDetails.huggingfaceFiles",  # the upload guide's create call
        # REST reference of get-model:
        "rlFullParameterTunable",
        "rlLoraTunable",
        "supervisedFullParameterTunable",
        "supervisedLoraTunable",
        "useTrainingV2",
    },
    "Dataset": {"transformed.filter"},  # REST reference of create-dataset
    "SupervisedFineTuningJob": set[str](),
}

# Create parameters stand beside the resource and are no part of an answer.
PARAMETERS: dict[str, set[str]] = {
    "Deployment": {
        "acceptShapelessRisk",
        "disableAutoDeploy",
        "disableSpeculativeDecoding",
        "skipImageTagValidation",
        "skipShapeValidation",
    },
    "DeployedModel": {"replaceMergedAddon"},
    "DpoJob": set(),
    "ReinforcementFineTuningJob": set(),
    "Model": set[str](),  # cluster comes back
    "Dataset": {"sourceDatasetId", "filter"},
    "SupervisedFineTuningJob": set[str](),
}

# The proto marks these immutable, though the PATCH types accept them: never sent.
ACCEPTED_BUT_IMMUTABLE = {
    "Deployment": {
        "acceleratorType",  # the build SDK refuses the change
        "baseModel",  # only repeated
        "deploymentTemplate",
        "placement",
    },
    "DeployedModel": {"deployment", "model", "serverless"},
    "Model": {
        "baseModelDetails",
        "conversationConfig",
        "kind",
        "peftDetails",
        "snapshotType",
        "teftDetails",
    },
    "Dataset": {
        "evalProtocol",
        "evaluationResult",
        "externalUrl",  # other rows: a dataset never changes
        "format",
        "splitted",
        "transformed",
        "userUploaded",
    },
}

# A parameter of the call that goes with other changes; what is never compared is never patched.
NOT_PATCHED = {"Deployment": {"directRouteApiKeys", "skipShapeValidation"}}

CREATE = {
    "Deployment": DeploymentCreateParams,
    "DeployedModel": LoraLoadParams,
    "DpoJob": DpoJobCreateParams,
    "ReinforcementFineTuningJob": ReinforcementFineTuningJobCreateParams,
    "Model": ModelCreateParams,
    "Dataset": DatasetCreateParams,
    "SupervisedFineTuningJob": SupervisedFineTuningJobCreateParams,
}
ANSWER: dict[str, type[BaseModel]] = {
    "Deployment": Deployment,
    "DeployedModel": DeployedModel,
    "DpoJob": DpoJob,
    "ReinforcementFineTuningJob": ReinforcementFineTuningJob,
    "Model": Model,
    "Dataset": Dataset,
    "SupervisedFineTuningJob": SupervisedFineTuningJob,
}
UPDATE = {
    "Model": ModelUpdateParams,
    "Dataset": DatasetUpdateParams,
    "Deployment": DeploymentUpdateParams,
    "DeployedModel": LoraUpdateParams,
}


@pytest.mark.parametrize("name", CREATE)
def test_what_we_may_send_at_creation_is_what_the_sdk_accepts(name: str) -> None:
    ours = {r.path for r in kind(name).rules if r.field_class not in NOT_SENT}

    accepted = without_identity(kind(name), set(request_fields(CREATE[name])))

    assert accepted - WRITTEN_BY_THE_SERVER[name] == ours - DOCUMENTED_ELSEWHERE[name]


@pytest.mark.parametrize("name", CREATE)
def test_every_listed_exception_at_creation_is_one(name: str) -> None:
    accepted = without_identity(kind(name), set(request_fields(CREATE[name])))

    assert WRITTEN_BY_THE_SERVER[name] <= accepted
    assert not DOCUMENTED_ELSEWHERE[name] & accepted


@pytest.mark.parametrize("name", UPDATE)
def test_what_we_patch_is_what_the_sdk_accepts_and_the_proto_allows(name: str) -> None:
    ours = {r.path for r in kind(name).rules if r.field_class in PATCHED and "." not in r.path}

    accepted = {path for path in request_fields(UPDATE[name]) if "." not in path}

    assert accepted - ACCEPTED_BUT_IMMUTABLE[name] - NOT_PATCHED.get(name, set()) == ours


@pytest.mark.parametrize("name", UPDATE)
def test_every_field_that_is_accepted_but_immutable_is_known_as_immutable(name: str) -> None:
    classes = {r.path: r.field_class for r in kind(name).rules}

    assert {FieldClass.IMMUTABLE} == {classes[path] for path in ACCEPTED_BUT_IMMUTABLE[name]}


@pytest.mark.parametrize("name", ANSWER)
def test_every_field_of_an_answer_has_a_rule(name: str) -> None:
    unruled = {path for path in answer_fields(ANSWER[name]) if kind(name).rule(path) is None}

    assert unruled == set()


@pytest.mark.parametrize("name", ANSWER)
def test_every_rule_is_of_a_field_that_answers_hold(name: str) -> None:
    ours = {r.path for r in kind(name).rules if r.field_class is not FieldClass.WRITE_ONLY}

    answered = set(answer_fields(ANSWER[name]))

    assert ours - answered == SEEN_ON_THE_WIRE[name] | PARAMETERS[name]


@pytest.mark.parametrize("name", CREATE)
def test_our_enumerations_are_those_of_the_sdk(name: str) -> None:
    documented = {"usePurpose"}  # a string in the SDK, whose comment names its one value
    ours = {path: set(f["enum"]) for path, f in fields(schema(name)) if "enum" in f}

    theirs = {
        path.removeprefix(f"{name.lower()}."): set(values)
        for path, values in request_choices(CREATE[name])
    }

    assert theirs == {path: values for path, values in ours.items() if path not in documented}


@pytest.mark.parametrize("name", ANSWER)
def test_every_state_of_an_answer_has_a_meaning(name: str) -> None:
    state = get_args(ANSWER[name].model_fields["state"].annotation)[0]  # Optional[Literal[...]]

    assert set(get_args(state)) == set(kind(name).states)


def without_identity(of: Kind, paths: set[str]) -> set[str]:
    """The paths below spec: the id is no field of it, and the wrapper is no level."""
    match of.identity:
        case BodyId(field, wrapper):
            bare = {path.removeprefix(f"{wrapper}.") for path in paths}
            return bare - {field, wrapper}
        case QueryId(param):
            return paths - {param}
        case NaturalKey():
            return paths
    raise AssertionError(of.identity)
