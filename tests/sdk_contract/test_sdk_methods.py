"""What the SDK was seen to send agrees with the request types that it publishes."""

from __future__ import annotations

import importlib
import importlib.util

import pytest

from tests.sdk_contract.sdk_methods import Place, SdkMethod, sdk_methods
from tests.sdk_contract.wire_types import fields_of

SEEN = sdk_methods()


def params_type(method: SdkMethod) -> type | None:
    """``ModelCreateParams`` of ``models.create``; None where nothing goes along."""
    resource, _, name = method.label.partition(".")
    module = f"fireworks.types.{resource.removesuffix('s')}_{name}_params"
    if importlib.util.find_spec(module) is None:
        return None
    wanted = module.rpartition(".")[2].replace("_", "")  # initials are capitals: APIKeyCreateParams
    loaded = vars(importlib.import_module(module))
    found: type = next(value for key, value in loaded.items() if key.lower() == wanted)
    return found


WITH_PARAMS = [method for method in SEEN if params_type(method) is not None]


def test_most_methods_have_a_request_type() -> None:
    assert len(SEEN) * 0.7 < len(WITH_PARAMS)


@pytest.mark.parametrize("method", WITH_PARAMS, ids=lambda method: method.label)
def test_every_field_of_the_request_type_was_seen_on_the_wire(method: SdkMethod) -> None:
    declared = {wire: required for wire, _, required in fields_of(params_type(method))}
    seen = {a.wire or a.name: a.required for a in method.arguments}
    in_path = {a.name for a in method.arguments if a.place is Place.PATH}

    assert {k: v for k, v in declared.items() if k not in in_path} == {
        k: v for k, v in seen.items() if k not in in_path
    }


@pytest.mark.parametrize(
    ("label", "method", "path"),
    [
        ("models.create", "POST", "/v1/accounts/{account_id}/models"),
        (
            "models.validate_upload",
            "GET",
            "/v1/accounts/{account_id}/models/{model_id}:validateUpload",
        ),
        (
            "datasets.validate_upload",
            "POST",
            "/v1/accounts/{account_id}/datasets/{dataset_id}:validateUpload",
        ),
        ("lora.unload", "DELETE", "/v1/accounts/{account_id}/deployedModels/{deployed_model_id}"),
        ("accounts.list", "GET", "/v1/accounts"),
    ],
)
def test_methods_are_seen_with_their_paths(label: str, method: str, path: str) -> None:
    (seen,) = [m for m in SEEN if m.label == label]

    assert (method, path) == (seen.method, seen.path)


@pytest.mark.parametrize(
    ("label", "argument", "place", "wire"),
    [
        ("models.create", "model_id", Place.BODY, "modelId"),
        ("models.list", "page_size", Place.QUERY, "pageSize"),
        ("models.get", "model_id", Place.PATH, "model_id"),
        ("datasets.upload", "file", Place.PART, "file"),
        ("datasets.validate_upload", "body", Place.WHOLE_BODY, ""),
        (
            "supervised_fine_tuning_jobs.create",
            "supervised_fine_tuning_job_id",
            Place.QUERY,
            "supervisedFineTuningJobId",
        ),
        ("supervised_fine_tuning_jobs.create", "learning_rate", Place.BODY, "learningRate"),
    ],
)
def test_arguments_are_seen_in_their_places(
    label: str, argument: str, place: Place, wire: str
) -> None:
    (method,) = [m for m in SEEN if m.label == label]
    (seen,) = [a for a in method.arguments if a.name == argument]

    assert (place, wire) == (seen.place, seen.wire)
