"""The official SDK takes a model from its record to READY, back, and away."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import requests
from fireworks import BadRequestError, ConflictError, NotFoundError

from reconciler.emulator.faults import Fault

if TYPE_CHECKING:
    from collections.abc import Callable

    from fireworks import Fireworks
    from fireworks.types import Model

    from reconciler.emulator.server import Emulator

    Send = Callable[[str, bytes], int]

FILES = {
    "config.json": b'{"architectures":["LlamaForCausalLM"],"max_position_embeddings":2048}',
    "model.safetensors": b"\x02\x00\x00\x00\x00\x00\x00\x00{}",
    "tokenizer.json": b"{}",
}
ADAPTER: dict[str, Any] = {
    "kind": "HF_PEFT_ADDON",
    "peft_details": {
        "base_model": "accounts/fireworks/models/llama-v3p1-8b-instruct",
        "r": 8,
        "target_modules": ["q_proj"],
    },
}


def create(sdk: Fireworks, model_id: str = "m") -> Model:
    """The guide's create; the SDK has no argument for huggingfaceFiles, so they go beside."""
    details = {
        "checkpoint_format": "HUGGINGFACE",
        "world_size": 1,
        "huggingfaceFiles": list(FILES),
    }
    model: Any = {"kind": "HF_BASE_MODEL", "base_model_details": details}
    return sdk.models.create(model_id=model_id, model=model)


def upload(sdk: Fireworks, send: Send) -> None:
    sizes = {name: str(len(data)) for name, data in FILES.items()}
    endpoint = sdk.models.get_upload_endpoint("m", filename_to_size=sizes)
    urls = endpoint.filename_to_signed_urls or {}

    assert [200] * len(FILES) == [send(urls[name], data) for name, data in FILES.items()]


def test_a_created_model_waits_for_its_bytes(sdk: Fireworks) -> None:
    model = create(sdk)

    assert ("accounts/acme/models/m", "UPLOADING") == (model.name, model.state)


def test_a_model_is_ready_once_its_bytes_are_valid(sdk: Fireworks, send: Send) -> None:
    create(sdk)
    upload(sdk, send)

    sdk.models.validate_upload("m")

    assert "READY" == sdk.models.get("m").state


def test_validation_before_the_bytes_is_a_failed_precondition(sdk: Fireworks) -> None:
    create(sdk)

    with pytest.raises(BadRequestError, match="FAILED_PRECONDITION"):
        sdk.models.validate_upload("m")


def test_the_bytes_come_back_as_they_went(sdk: Fireworks, send: Send) -> None:
    create(sdk)
    upload(sdk, send)
    sdk.models.validate_upload("m")

    urls = sdk.models.get_download_endpoint("m").filename_to_signed_urls or {}

    assert FILES == {name: requests.get(url, timeout=10).content for name, url in urls.items()}


def test_an_adapter_names_its_base(sdk: Fireworks) -> None:
    details = sdk.models.create(model_id="a", model=ADAPTER).peft_details  # type: ignore[arg-type]  # a dict of the right form

    assert details is not None
    assert "accounts/fireworks/models/llama-v3p1-8b-instruct" == details.base_model


def test_an_id_that_is_taken_is_a_conflict(sdk: Fireworks) -> None:
    create(sdk)

    with pytest.raises(ConflictError, match="ALREADY_EXISTS"):
        create(sdk)


def test_the_sdk_walks_all_pages(sdk: Fireworks) -> None:
    names = [f"m-{number}" for number in range(7)]
    for name in names:
        create(sdk, name)

    pages = sdk.models.list(page_size=3)

    assert names == [str(model.name).rpartition("/")[2] for model in pages]


def test_public_models_can_be_read(sdk: Fireworks) -> None:
    model = sdk.models.get("llama-v3p1-8b-instruct", account_id="fireworks")

    assert ("HF_BASE_MODEL", "READY", True) == (model.kind, model.state, model.public)


def test_an_update_without_a_mask_changes_what_it_brings_only(sdk: Fireworks) -> None:
    create(sdk)
    sdk.models.update("m", description="kept")

    model = sdk.models.update("m", display_name="Mine")

    assert ("Mine", "kept") == (model.display_name, model.description)


def test_a_deleted_model_is_gone(sdk: Fireworks) -> None:
    create(sdk)

    sdk.models.delete("m")

    with pytest.raises(NotFoundError):
        sdk.models.get("m")


def test_preparing_a_precision_answers_an_empty_message(sdk: Fireworks, send: Send) -> None:
    create(sdk)
    upload(sdk, send)
    sdk.models.validate_upload("m")

    assert {} == sdk.models.prepare("m", precision="FP8")


def test_the_sdks_own_retry_turns_a_lost_create_into_a_conflict(
    emulator: Emulator, connect: Callable[[Emulator, int], Fireworks]
) -> None:
    emulator.faults.add(Fault("lost", method="POST", path="/models$"))

    with pytest.raises(ConflictError):
        create(connect(emulator, 2))

    assert "UPLOADING" == connect(emulator, 0).models.get("m").state


def test_the_sdks_retries_pass_an_outage(
    emulator: Emulator, connect: Callable[[Emulator, int], Fireworks]
) -> None:
    emulator.faults.add(
        Fault("status", method="POST", path="/models$", headers={"retry-after-ms": "1"})
    )

    assert "UPLOADING" == create(connect(emulator, 2)).state
    assert 1 == len(emulator.faults.consumed)
