from __future__ import annotations

import dataclasses

import pytest

from reconciler.api.body import create_request, resolve_secrets, snake
from reconciler.api.secret import Secret
from reconciler.errors import ReconcilerError
from reconciler.kinds.identity import NaturalKey
from reconciler.kinds.registry import kind


def test_a_body_id_stands_beside_its_wrapper() -> None:
    request = create_request(kind("Dataset"), "d", {"format": "CHAT"}, {})

    assert {"datasetId": "d", "dataset": {"format": "CHAT"}} == request.body
    assert {} == request.query


def test_a_create_parameter_leaves_the_resource() -> None:
    spec = {"displayName": "D", "sourceDatasetId": "other"}
    request = create_request(kind("Dataset"), "d", spec, {})

    expected = {"datasetId": "d", "sourceDatasetId": "other", "dataset": {"displayName": "D"}}
    assert expected == request.body


def test_a_query_id_leaves_the_body_bare() -> None:
    request = create_request(kind("SupervisedFineTuningJob"), "j", {"learningRate": 1e-4}, {})

    assert {"supervisedFineTuningJobId": "j"} == request.query
    assert {"learningRate": 1e-4} == request.body


def test_a_natural_key_sends_no_id() -> None:
    natural = dataclasses.replace(kind("Dataset"), identity=NaturalKey(("model",)))

    assert {"model": "m"} == create_request(natural, "", {"model": "m"}, {}).body


def test_the_older_job_speaks_snake_case_at_every_depth() -> None:
    spec = {
        "baseModel": "b",
        "textCompletion": {"inputTemplate": "{a}"},
        "datasets": [{"dataset": "d"}],
    }
    request = create_request(kind("FineTuningJob"), "j", spec, {})

    expected = {
        "base_model": "b",
        "text_completion": {"input_template": "{a}"},
        "datasets": [{"dataset": "d"}],
    }
    assert expected == request.body


def test_a_secret_comes_from_the_environment() -> None:
    spec = {"wandbConfig": {"enabled": True, "apiKey": {"env": "WANDB"}}}
    request = create_request(kind("SupervisedFineTuningJob"), "j", spec, {"WANDB": "w-canary"})

    assert {"wandbConfig": {"enabled": True, "apiKey": "w-canary"}} == request.body
    assert (Secret("w-canary"),) == request.secrets


def test_a_secret_that_is_not_set_stops_the_create() -> None:
    spec = {"wandbConfig": {"apiKey": {"env": "WANDB"}}}

    with pytest.raises(ReconcilerError, match="WANDB is not set"):
        create_request(kind("SupervisedFineTuningJob"), "j", spec, {})


def test_each_secret_of_a_list_is_resolved() -> None:
    listed = dataclasses.replace(kind("Dataset"), secrets=("keys[]", "more"))
    fields = {"keys": [{"env": "A"}, {"env": "B"}], "more": [{"env": "A"}]}

    body, _ = resolve_secrets(listed, fields, {"A": "a", "B": "b"})

    assert {"keys": ["a", "b"], "more": ["a"]} == body


def test_what_looks_like_a_secret_elsewhere_is_sent_as_written() -> None:
    request = create_request(kind("Dataset"), "d", {"displayName": {"env": "HOME"}}, {"HOME": "/"})

    assert {"env": "HOME"} == request.body["dataset"]["displayName"]


@pytest.mark.parametrize(
    ("camel", "expected"),
    [
        ("displayName", "display_name"),
        ("name", "name"),
        ("exampleCount", "example_count"),
        ("useHfApplyChatTemplate", "use_hf_apply_chat_template"),
        ("baseModelDetails.worldSize", "base_model_details.world_size"),
    ],
)
def test_a_field_mask_is_written_in_snake_case(camel: str, expected: str) -> None:
    assert expected == snake(camel)
