"""Who may ask what, and how refusals look."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx
import pytest

from reconciler.emulator.options import Options
from reconciler.emulator.server import Emulator

if TYPE_CHECKING:
    from collections.abc import Callable

Answer = tuple[int, int]


def outcome(response: httpx.Response) -> Answer:
    """HTTP status and gRPC code; the error body is always whole."""
    body = response.json()
    assert {"code", "message", "details"} == set(body)
    return response.status_code, body["code"]


def test_a_missing_key_is_unauthenticated(emulator: Emulator) -> None:
    assert (401, 16) == outcome(httpx.get(f"{emulator.url}/v1/accounts"))


def test_a_wrong_key_is_unauthenticated(emulator: Emulator) -> None:
    headers = {"Authorization": "Bearer fw_other"}

    assert (401, 16) == outcome(httpx.get(f"{emulator.url}/v1/accounts", headers=headers))


def test_the_x_api_key_header_is_accepted(emulator: Emulator) -> None:
    answer = httpx.get(f"{emulator.url}/v1/accounts", headers={"X-Api-Key": emulator.key})

    assert 200 == answer.status_code


def test_a_foreign_account_is_forbidden(client: httpx.Client, emulator: Emulator) -> None:
    assert (403, 7) == outcome(client.get(f"{emulator.url}/v1/accounts/other/models"))


def test_the_public_catalogue_is_readable(client: httpx.Client, emulator: Emulator) -> None:
    url = f"{emulator.url}/v1/accounts/fireworks/models/llama-v3p1-8b-instruct"

    assert "READY" == client.get(url).json()["state"]


def test_the_public_catalogue_is_not_writable(client: httpx.Client, emulator: Emulator) -> None:
    url = f"{emulator.url}/v1/accounts/fireworks/models/llama-v3p1-8b-instruct"

    assert (403, 7) == outcome(client.delete(url))


def test_a_public_model_cannot_be_downloaded(client: httpx.Client, emulator: Emulator) -> None:
    url = f"{emulator.url}/v1/accounts/fireworks/models/qwen2p5-7b-instruct:getDownloadEndpoint"

    assert (403, 7) == outcome(client.get(url))


def test_verify_api_key_names_the_account(client: httpx.Client, emulator: Emulator) -> None:
    answer = client.get(f"{emulator.url}/verifyApiKey")

    assert "acme" == answer.headers["x-fireworks-account-id"]


def test_the_account_itself_can_be_read(client: httpx.Client, emulator: Emulator) -> None:
    answer = client.get(f"{emulator.url}/v1/accounts/acme").json()

    assert ("accounts/acme", "UNSUSPENDED") == (answer["name"], answer["suspendState"])


@pytest.mark.parametrize(
    ("method", "path", "expected"),
    [
        ("GET", "/nothing", (404, 5)),
        ("GET", "/models/none", (404, 5)),
        ("PUT", "/models", (405, 12)),
        ("PUT", "/datasets/d", (404, 5)),
        ("GET", "/datasets/d:upload", (404, 5)),
    ],
)
def test_an_unknown_path_or_method_is_refused(
    client: httpx.Client, method: str, path: str, expected: Answer
) -> None:
    assert expected == outcome(client.request(method, path))


def test_a_wrong_method_on_a_verb_is_405(
    client: httpx.Client, ready_dataset: Callable[[httpx.Client, str], str]
) -> None:
    ready_dataset(client, "rows")

    assert (405, 12) == outcome(client.get("/datasets/rows:validateUpload"))


def test_an_unknown_verb_is_404(
    client: httpx.Client, ready_dataset: Callable[[httpx.Client, str], str]
) -> None:
    ready_dataset(client, "rows")

    assert (404, 5) == outcome(client.post("/datasets/rows:explode"))


def test_a_trailing_slash_is_accepted(client: httpx.Client) -> None:
    assert 200 == client.get("/models/").status_code


def test_the_older_jobs_can_be_switched_off(
    connect: Callable[[Emulator], httpx.Client],
) -> None:
    with Emulator(options=Options(legacy_501=True)) as emulator:
        assert (501, 12) == outcome(connect(emulator).get("/fineTuningJobs"))


def test_requests_are_recorded_with_their_status(client: httpx.Client, emulator: Emulator) -> None:
    client.get("/models/none", params={"readMask": "name"})

    last = emulator.requests[-1]
    assert ("GET", "/v1/accounts/acme/models/none", {"readMask": ["name"]}, 404) == (
        last.method,
        last.path,
        last.query,
        last.status,
    )


def test_reads_and_upload_endpoints_are_no_writes(client: httpx.Client, emulator: Emulator) -> None:
    client.get("/models")
    client.post("/models/none:getUploadEndpoint", json={"filenameToSize": {"a": 1}})

    assert [] == emulator.writes


def test_a_models_validation_is_a_write(client: httpx.Client, emulator: Emulator) -> None:
    client.get("/models/none:validateUpload")

    assert 1 == len(emulator.writes)
