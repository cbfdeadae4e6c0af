"""Request bodies are read strictly, answers written as protobuf JSON is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    import httpx

BASE = "accounts/fireworks/models/llama-v3p1-8b-instruct"


def refuse(response: httpx.Response) -> str:
    """The message of a 400 with code 3."""
    body = response.json()
    assert (400, 3) == (response.status_code, body["code"])
    return str(body["message"])


def dataset(**fields: Any) -> dict[str, Any]:
    return {"datasetId": "rows", "dataset": fields}


def test_an_unknown_field_is_named(client: httpx.Client) -> None:
    assert '"colour"' in refuse(client.post("/datasets", json=dataset(colour="red")))


def test_an_unknown_field_beside_the_resource_is_named(client: httpx.Client) -> None:
    assert '"shade"' in refuse(client.post("/datasets", json=dataset() | {"shade": 1}))


def test_an_unknown_nested_field_is_named(client: httpx.Client) -> None:
    body = dataset(transformed={"sourceDatasetId": "x", "depth": 1})

    assert '"transformed.depth"' in refuse(client.post("/datasets", json=body))


def test_snake_case_is_accepted(client: httpx.Client) -> None:
    body = {"dataset_id": "rows", "dataset": {"display_name": "Rows"}}

    assert "Rows" == client.post("/datasets", json=body).json()["displayName"]


def test_both_spellings_of_one_field_are_refused(client: httpx.Client) -> None:
    body = dataset(displayName="a", display_name="b")

    assert "displayName" in refuse(client.post("/datasets", json=body))


@pytest.mark.parametrize("count", [7, "7"])
def test_an_int64_comes_as_number_or_string_and_goes_out_as_string(
    client: httpx.Client, count: object
) -> None:
    assert "7" == client.post("/datasets", json=dataset(exampleCount=count)).json()["exampleCount"]


@pytest.mark.parametrize("count", ["seven", 1.5, True, 2**63, ["7"], "7 "])
def test_what_is_no_int64_is_refused(client: httpx.Client, count: object) -> None:
    assert "exampleCount" in refuse(client.post("/datasets", json=dataset(exampleCount=count)))


def test_an_unknown_enum_value_is_refused(client: httpx.Client) -> None:
    assert "format" in refuse(client.post("/datasets", json=dataset(format="chat")))


def test_defaults_are_emitted(client: httpx.Client) -> None:
    row = client.post("/datasets", json=dataset()).json()

    assert ("", "FORMAT_UNSPECIFIED", "0") == (
        row["displayName"],
        row["format"],
        row["estimatedTokenCount"],
    )


def test_an_unset_choice_of_a_oneof_is_left_out(client: httpx.Client) -> None:
    assert "splitted" not in client.post("/datasets", json=dataset(userUploaded={})).json()


def test_an_output_only_field_is_refused_in_a_create(client: httpx.Client) -> None:
    assert '"state"' in refuse(client.post("/datasets", json=dataset(state="READY")))


def test_a_name_is_refused_in_a_create(client: httpx.Client) -> None:
    body = dataset(name="accounts/acme/datasets/rows")

    assert '"name"' in refuse(client.post("/datasets", json=body))


@pytest.mark.parametrize(
    "identifier", ["Rows", "1rows", "-rows", "rows-", "ro_ws", "r" * 64, "r/s", "röws"]
)
def test_an_id_outside_the_rule_is_refused(client: httpx.Client, identifier: str) -> None:
    body = {"datasetId": identifier, "dataset": {}}

    assert "datasetId" in refuse(client.post("/datasets", json=body))


@pytest.mark.parametrize("identifier", ["r", "r" * 63, "r-0--9"])
def test_an_id_inside_the_rule_is_accepted(client: httpx.Client, identifier: str) -> None:
    body = {"datasetId": identifier, "dataset": {}}

    assert 200 == client.post("/datasets", json=body).status_code


def test_a_missing_id_is_refused(client: httpx.Client) -> None:
    assert "datasetId" in refuse(client.post("/datasets", json={"dataset": {}}))


@pytest.mark.parametrize("text", ["{", "[]", '{"a":1,"a":2}', '{"datasetId":NaN}', "nonsense"])
def test_a_body_that_is_no_json_object_is_refused(client: httpx.Client, text: str) -> None:
    refuse(client.post("/datasets", content=text))


def test_a_long_display_name_is_refused(client: httpx.Client) -> None:
    assert "64" in refuse(client.post("/datasets", json=dataset(displayName="x" * 64)))


def test_two_data_sources_are_refused(client: httpx.Client) -> None:
    body = dataset(userUploaded={}, evaluationResult={"evaluationJobId": "e"})

    assert "data source" in refuse(client.post("/datasets", json=body))


def test_a_second_create_of_an_id_already_exists(client: httpx.Client) -> None:
    client.post("/datasets", json=dataset())
    again = client.post("/datasets", json=dataset())

    assert (409, 6, True) == (
        again.status_code,
        again.json()["code"],
        "ALREADY_EXISTS" in again.text,
    )


def job(**fields: Any) -> dict[str, Any]:
    return {"dataset": "rows", "baseModel": BASE, **fields}


@pytest.mark.parametrize(
    "fields",
    [
        {"epochs": 2.5},
        {"epochs": 101},
        {"learningRate": 0.2},
        {"loraRank": 3},
        {"loraRank": 128},
        {"maxContextLength": 100},
        {"mtpNumDraftTokens": 4},
        {"usePurpose": "fun"},
        {"region": "MARS_1"},
        {"state": "JOB_STATE_RUNNING"},
        {"warmStartFrom": "accounts/acme/models/m"},
        {"baseModel": ""},
        {"outputModel": "Bad Name"},
        {"outputModel": "accounts/other/models/m"},
    ],
)
def test_a_job_with_a_value_outside_its_range_is_refused(
    client: httpx.Client,
    ready_dataset: Callable[[httpx.Client, str], str],
    fields: dict[str, Any],
) -> None:
    ready_dataset(client, "rows")

    refuse(client.post("/supervisedFineTuningJobs", json=job(**fields)))


def test_times_are_rfc_3339_with_microseconds(client: httpx.Client) -> None:
    created = client.post("/datasets", json=dataset()).json()["createTime"]

    assert created.startswith("2026-01-01T00:00:00.")
    assert len("2026-01-01T00:00:00.000000Z") == len(created)


def test_a_recreated_resource_has_another_create_time(client: httpx.Client) -> None:
    first = client.post("/datasets", json=dataset()).json()["createTime"]
    client.delete("/datasets/rows")

    assert first < client.post("/datasets", json=dataset()).json()["createTime"]


def patch(client: httpx.Client, body: dict[str, Any], mask: str = "") -> httpx.Response:
    params = {"updateMask": mask} if mask else {}
    return client.patch("/datasets/rows", json=body, params=params)


@pytest.mark.parametrize("mask", ["displayName", "display_name"])
def test_a_mask_is_read_in_both_spellings(client: httpx.Client, mask: str) -> None:
    client.post("/datasets", json=dataset(displayName="old"))

    assert "new" == patch(client, {"displayName": "new"}, mask).json()["displayName"]


def test_only_masked_fields_change(client: httpx.Client) -> None:
    client.post("/datasets", json=dataset(displayName="old", exampleCount=3))

    row = patch(client, {"displayName": "new", "exampleCount": 4}, "displayName").json()
    assert ("new", "3") == (row["displayName"], row["exampleCount"])


def test_a_masked_field_that_the_body_lacks_is_cleared(client: httpx.Client) -> None:
    client.post("/datasets", json=dataset(displayName="old"))

    assert "" == patch(client, {}, "displayName").json()["displayName"]


def test_without_a_mask_the_keys_of_the_body_change(client: httpx.Client) -> None:
    client.post("/datasets", json=dataset(displayName="old", exampleCount=3))

    row = patch(client, {"displayName": "new"}).json()
    assert ("new", "3") == (row["displayName"], row["exampleCount"])


@pytest.mark.parametrize("mask", ["format", "name", "state", "colour", "user_uploaded"])
def test_a_mask_that_names_what_cannot_change_is_refused(client: httpx.Client, mask: str) -> None:
    client.post("/datasets", json=dataset())

    refuse(patch(client, {}, mask))


def test_a_body_that_changes_an_immutable_field_is_refused(client: httpx.Client) -> None:
    client.post("/datasets", json=dataset(format="CHAT"))

    assert "format" in refuse(patch(client, {"format": "COMPLETION"}))
