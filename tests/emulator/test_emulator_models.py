"""Models: what a create must say, the way to READY, what validation finds."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from reconciler.emulator.options import Options
from reconciler.emulator.server import Emulator

if TYPE_CHECKING:
    from collections.abc import Callable

    from reconciler.emulator.clock import ManualClock

    Upload = Callable[[httpx.Client, str, dict[str, bytes]], httpx.Response]

CONFIG = b'{"architectures":["LlamaForCausalLM"],"max_position_embeddings":2048}'
FILES = {"config.json": CONFIG, "model.safetensors": b"weights", "tokenizer.json": b"{}"}
PEFT = {
    "baseModel": "accounts/fireworks/models/llama-v3p1-8b-instruct",
    "r": 8,
    "targetModules": ["q_proj"],
}
ADAPTER = {
    "adapter_config.json": b'{"r":8,"target_modules":["q_proj"]}',
    "adapter_model.safetensors": b"weights",
}
Body = dict[str, object]


@pytest.mark.parametrize(
    "model",
    [
        {"kind": "HF_BASE_MODEL"},
        {"kind": "HF_BASE_MODEL", "baseModelDetails": {}, "peftDetails": PEFT},
        {"kind": "HF_PEFT_ADDON"},
        {},
        {"baseModelDetails": {}},
        {"peftDetails": PEFT | {"r": 2}},
        {"peftDetails": PEFT | {"r": 65}},
        {"peftDetails": PEFT | {"targetModules": []}},
        {"kind": "HF_BASE_MODEL", "baseModelDetails": {"modelType": "llama"}},
        {"kind": "HF_BASE_MODEL", "baseModelDetails": {}, "defaultDraftModel": "m"},
    ],
)
def test_details_that_do_not_fit_the_kind_are_refused(
    client: httpx.Client, model: dict[str, Any]
) -> None:
    answer = client.post("/models", json={"modelId": "m", "model": model})

    assert (400, 3) == (answer.status_code, answer.json()["code"])


def test_the_kind_is_an_adapter_by_default(client: httpx.Client) -> None:
    body = {"modelId": "m", "model": {"peftDetails": PEFT}}

    assert "HF_PEFT_ADDON" == client.post("/models", json=body).json()["kind"]


def test_an_adapters_base_must_exist(client: httpx.Client) -> None:
    details = PEFT | {"baseModel": "accounts/fireworks/models/none"}
    body = {"modelId": "m", "model": {"peftDetails": details}}

    assert 404 == client.post("/models", json=body).status_code


def test_a_new_model_is_uploading(client: httpx.Client, base_model: Callable[..., Body]) -> None:
    assert "UPLOADING" == client.post("/models", json=base_model("m")).json()["state"]


def test_a_validated_model_is_ready(
    client: httpx.Client, base_model: Callable[..., Body], upload_model: Upload
) -> None:
    client.post("/models", json=base_model("m"))
    upload_model(client, "m", FILES)

    assert "READY" == client.get("/models/m").json()["state"]


def test_the_config_is_read_at_validation(
    client: httpx.Client, base_model: Callable[..., Body], upload_model: Upload
) -> None:
    client.post("/models", json=base_model("m"))
    upload_model(client, "m", FILES)

    assert 2048 == client.get("/models/m").json()["contextLength"]


def test_validation_waits_for_every_file(
    client: httpx.Client, base_model: Callable[..., Body]
) -> None:
    client.post("/models", json=base_model("m"))
    client.post("/models/m:getUploadEndpoint", json={"filenameToSize": {"config.json": 2}})
    answer = client.get("/models/m:validateUpload")

    assert (400, 9, True) == (
        answer.status_code,
        answer.json()["code"],
        "FAILED_PRECONDITION" in answer.text,
    )


def test_huggingface_files_are_the_expected_set(
    client: httpx.Client, base_model: Callable[..., Body], upload_model: Upload
) -> None:
    details = {"checkpointFormat": "HUGGINGFACE", "huggingfaceFiles": [*FILES, "late.safetensors"]}
    client.post("/models", json=base_model("m", baseModelDetails=details))

    assert 9 == upload_model(client, "m", FILES).json()["code"]


def test_a_file_outside_of_the_declared_set_is_unexpected(
    client: httpx.Client, base_model: Callable[..., Body]
) -> None:
    details = {"huggingfaceFiles": ["config.json"]}
    client.post("/models", json=base_model("m", baseModelDetails=details))
    answer = client.post("/models/m:getUploadEndpoint", json={"filenameToSize": {"README.md": 1}})

    assert (400, 3) == (answer.status_code, answer.json()["code"])


@pytest.mark.parametrize("name", ["tokenizer.json", "README.md", "sub/adapter_config.json"])
def test_an_adapter_takes_only_its_own_files(client: httpx.Client, name: str) -> None:
    client.post("/models", json={"modelId": "m", "model": {"peftDetails": PEFT}})
    answer = client.post("/models/m:getUploadEndpoint", json={"filenameToSize": {name: 1}})

    assert (400, 3, True) == (
        answer.status_code,
        answer.json()["code"],
        "unexpected file" in answer.text,
    )


def test_an_adapter_becomes_ready(client: httpx.Client, upload_model: Upload) -> None:
    client.post("/models", json={"modelId": "m", "model": {"peftDetails": PEFT}})
    upload_model(client, "m", ADAPTER)

    assert "READY" == client.get("/models/m").json()["state"]


@pytest.mark.parametrize(
    "config", [{"r": 2, "target_modules": ["q_proj"]}, {"r": 8, "target_modules": ["odd"]}, {}]
)
def test_an_adapter_config_outside_the_rules_is_refused(
    client: httpx.Client, upload_model: Upload, config: dict[str, Any]
) -> None:
    client.post("/models", json={"modelId": "m", "model": {"peftDetails": PEFT}})
    files = ADAPTER | {"adapter_config.json": json.dumps(config).encode()}

    assert "LoRA validation failed" in upload_model(client, "m", files).text


@pytest.mark.parametrize("name", ["../x", "/etc/passwd", "a//b", "", "a/./b", "a\\b"])
def test_a_file_name_that_leaves_its_folder_is_refused(
    client: httpx.Client, base_model: Callable[..., Body], name: str
) -> None:
    client.post("/models", json=base_model("m"))
    answer = client.post("/models/m:getUploadEndpoint", json={"filenameToSize": {name: 1}})

    assert (400, 3) == (answer.status_code, answer.json()["code"])


def test_nested_files_are_accepted(
    client: httpx.Client, base_model: Callable[..., Body], upload_model: Upload
) -> None:
    client.post("/models", json=base_model("m"))
    upload_model(client, "m", FILES | {"1_Pooling/config.json": b"{}"})

    assert "READY" == client.get("/models/m").json()["state"]


INDEX = b'{"weight_map":{"a":"model.safetensors","b":"model-2.safetensors"}}'


@pytest.mark.parametrize(
    "change",
    [
        {"config.json": b"{"},
        {"config.json": b"{}"},
        {"config.json": b'{"architectures":["LlamaForCausalLM"],"quantization_config":{}}'},
        {"model.safetensors.index.json": INDEX},
    ],
)
def test_files_that_cannot_be_served_are_refused(
    client: httpx.Client,
    base_model: Callable[..., Body],
    upload_model: Upload,
    change: dict[str, bytes],
) -> None:
    client.post("/models", json=base_model("m"))

    assert 3 == upload_model(client, "m", FILES | change).json()["code"]


def test_a_refused_model_says_why_in_its_status(
    client: httpx.Client, base_model: Callable[..., Body], upload_model: Upload
) -> None:
    client.post("/models", json=base_model("m"))
    upload_model(client, "m", FILES | {"config.json": b"{"})

    assert "INVALID_ARGUMENT" == client.get("/models/m").json()["status"]["code"]


def test_a_model_without_weights_is_refused(
    client: httpx.Client, base_model: Callable[..., Body], upload_model: Upload
) -> None:
    client.post("/models", json=base_model("m"))

    assert 3 == upload_model(client, "m", {"config.json": CONFIG}).json()["code"]


def test_validating_a_ready_model_again_is_fine(
    client: httpx.Client, base_model: Callable[..., Body], upload_model: Upload
) -> None:
    client.post("/models", json=base_model("m"))
    upload_model(client, "m", FILES)

    assert {"warnings": []} == client.get("/models/m:validateUpload").json()


def test_a_ready_model_gives_no_more_upload_urls(
    client: httpx.Client, base_model: Callable[..., Body], upload_model: Upload
) -> None:
    client.post("/models", json=base_model("m"))
    upload_model(client, "m", FILES)
    answer = client.post("/models/m:getUploadEndpoint", json={"filenameToSize": {"a": 1}})

    assert (409, 6) == (answer.status_code, answer.json()["code"])


def test_an_uploading_model_gives_fresh_urls(
    client: httpx.Client, base_model: Callable[..., Body], clock: ManualClock
) -> None:
    client.post("/models", json=base_model("m"))
    asked = {"filenameToSize": {"config.json": 2}}
    first = client.post("/models/m:getUploadEndpoint", json=asked).json()
    clock.advance(60)

    assert first != client.post("/models/m:getUploadEndpoint", json=asked).json()


def test_downloads_are_what_was_uploaded(
    client: httpx.Client, base_model: Callable[..., Body], upload_model: Upload
) -> None:
    client.post("/models", json=base_model("m"))
    upload_model(client, "m", FILES)
    urls = client.get("/models/m:getDownloadEndpoint").json()["filenameToSignedUrls"]

    assert {name: httpx.get(url).content for name, url in urls.items()} == FILES


def test_an_uploading_model_cannot_be_downloaded(
    client: httpx.Client, base_model: Callable[..., Body]
) -> None:
    client.post("/models", json=base_model("m"))

    assert 9 == client.get("/models/m:getDownloadEndpoint").json()["code"]


def test_a_switch_lets_what_has_landed_be_downloaded_before_it_is_ready(
    connect: Callable[[Emulator], httpx.Client],
    base_model: Callable[..., Body],
    send: Callable[[str, bytes], httpx.Response],
) -> None:
    with Emulator(options=Options(download_while_uploading=True)) as emulator:
        client = connect(emulator)
        client.post("/models", json=base_model("m"))
        asked = {"filenameToSize": {"a": 1, "b": 1}}
        urls = client.post("/models/m:getUploadEndpoint", json=asked).json()
        send(urls["filenameToSignedUrls"]["a"], b"1")

        given = client.get("/models/m:getDownloadEndpoint").json()["filenameToSignedUrls"]
        assert ["a"] == list(given)


def test_validation_can_take_time(
    connect: Callable[[Emulator], httpx.Client],
    base_model: Callable[..., Body],
    upload_model: Upload,
    clock: ManualClock,
) -> None:
    with Emulator(clock=clock, options=Options(validate_delay_seconds=30)) as emulator:
        client = connect(emulator)
        client.post("/models", json=base_model("m"))
        early = upload_model(client, "m", FILES).status_code
        clock.advance(30)

        assert (400, 200) == (early, client.get("/models/m:validateUpload").status_code)


def test_complete_files_can_answer_already_exists(
    connect: Callable[[Emulator], httpx.Client],
    base_model: Callable[..., Body],
    send: Callable[[str, bytes], httpx.Response],
) -> None:
    options = Options(upload_endpoint_409_when_complete=True)
    with Emulator(options=options) as emulator:
        client = connect(emulator)
        client.post("/models", json=base_model("m"))
        asked = {"filenameToSize": {"config.json": len(CONFIG)}}
        urls = client.post("/models/m:getUploadEndpoint", json=asked).json()
        send(urls["filenameToSignedUrls"]["config.json"], CONFIG)

        assert 409 == client.post("/models/m:getUploadEndpoint", json=asked).status_code


def test_an_immutable_field_in_a_mask_is_refused(
    client: httpx.Client, base_model: Callable[..., Body]
) -> None:
    client.post("/models", json=base_model("m"))
    body = {"kind": "HF_BASE_MODEL"}

    assert 400 == client.patch("/models/m", params={"updateMask": "kind"}, json=body).status_code


def test_a_strict_patch_without_a_mask_replaces_everything(
    connect: Callable[[Emulator], httpx.Client], base_model: Callable[..., Body]
) -> None:
    with Emulator(options=Options(strict_patch_replaces=True)) as emulator:
        client = connect(emulator)
        client.post("/models", json=base_model("m", displayName="M", description="text"))

        assert "" == client.patch("/models/m", json={"displayName": "N"}).json()["description"]


def test_a_deleted_model_is_gone(client: httpx.Client, base_model: Callable[..., Body]) -> None:
    client.post("/models", json=base_model("m"))
    deleted = client.delete("/models/m")

    assert ({}, 404) == (deleted.json(), client.get("/models/m").status_code)


def test_prepare_adds_a_precision(
    client: httpx.Client, base_model: Callable[..., Body], upload_model: Upload
) -> None:
    client.post("/models", json=base_model("m"))
    upload_model(client, "m", FILES)
    client.post("/models/m:prepare", json={"precision": "FP8"})

    assert "FP8" in client.get("/models/m").json()["supportedPrecisions"]
