"""Our own client asks every question it has; the fixture around all tests holds it to the SDK."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import pytest

from reconciler.api.connection import Connection
from reconciler.api.secret import Secret
from reconciler.api.verify import sticks
from reconciler.fireworks import FireworksProvider, connect
from reconciler.kinds.field_rule import FieldClass
from reconciler.kinds.registry import all_kinds, kind
from tests.sdk_contract.recording import Traffic, is_ours, recorded
from tests.sdk_contract.test_every_field import sample, schema_of
from tests.transfer.files import silent, write_set

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from reconciler.emulator.clock import ManualClock
    from reconciler.emulator.server import Emulator
    from reconciler.kinds.kind import Kind

MODEL, DATASET = kind("Model"), kind("Dataset")
JOB, OLDER_JOB = kind("SupervisedFineTuningJob"), kind("FineTuningJob")
ROWS = b'{"messages":[{"role":"user","content":"a"},{"role":"assistant","content":"b"}]}\n' * 3
BASE = "accounts/fireworks/models/llama-v3p1-8b-instruct"
ROWS_NAME = "accounts/acme/datasets/rows"
WEIGHTS = {
    "config.json": b'{"architectures":["LlamaForCausalLM"],"max_position_embeddings":2048}',
    "model.safetensors": b"\x02\x00\x00\x00\x00\x00\x00\x00{}",
    "tokenizer.json": b"{}",
}
BASE_MODEL = {
    "kind": "HF_BASE_MODEL",
    "baseModelDetails": {"worldSize": 1, "huggingfaceFiles": sorted(WEIGHTS)},
}


@pytest.fixture
def provider(emulator: Emulator) -> Iterator[FireworksProvider]:
    connection = Connection(emulator.url, emulator.account, Secret(emulator.key))
    client = connect(connection, read_only=False, stop=threading.Event())
    yield client
    client.close()


@pytest.fixture
def traffic() -> Iterator[Traffic]:
    with recorded() as heard:
        yield heard


LIVE: dict[str, dict[str, Any]] = {
    "Model": {"state": "READY", "kind": "HF_BASE_MODEL", "defaultDraftTokenCount": 2},
    "Dataset": {"state": "READY", "exampleCount": "3"},
    "Deployment": {
        "state": "READY",
        "baseModel": BASE,
        "acceleratorType": "NVIDIA_H100_80GB",
        "minReplicaCount": 0,
        "maxReplicaCount": 1,
    },
    "DeployedModel": {"state": "DEPLOYED"},
}
LEAST = {"minReplicaCount": 0, "maxReplicaCount": 1, "displayName": "Mine"}
"""Values where the schema's lowest is refused, or would say nothing."""


def asked(traffic: Traffic) -> list[str]:
    """The requests of ours that were heard, as ``POST models:getUploadEndpoint``."""
    lines = []
    for request, _ in traffic.heard:
        parts = request.path.split("/")[4:]
        verb = parts[-1].partition(":")[2]
        lines += [f"{request.method} {parts[0]}" + (f":{verb}" if verb else "")] * is_ours(request)
    return list(dict.fromkeys(lines))


def test_a_models_way_from_files_to_deletion(
    provider: FireworksProvider, traffic: Traffic, tmp_path: Path
) -> None:
    provider.create(MODEL, "m", BASE_MODEL)
    provider.send_content(MODEL, "m", write_set(tmp_path, WEIGHTS), silent)
    provider.validate_content(MODEL, "m")
    provider.update(MODEL, "m", {"displayName": "Mine", "supportsTools": True})
    provider.list(MODEL)
    provider.download_urls(MODEL, "m")
    provider.read_name(BASE)
    provider.delete(MODEL, "m")

    assert [
        "POST models",
        "POST models:getUploadEndpoint",
        "GET models:validateUpload",
        "PATCH models",
        "GET models",
        "GET models:getDownloadEndpoint",
        "DELETE models",
    ] == asked(traffic)


def test_a_datasets_way_as_one_request(
    provider: FireworksProvider, traffic: Traffic, tmp_path: Path
) -> None:
    provider.create(DATASET, "rows", {"exampleCount": "3", "format": "CHAT", "userUploaded": {}})
    provider.send_content(DATASET, "rows", write_set(tmp_path, {"rows.jsonl": ROWS}), silent)

    assert ["POST datasets", "POST datasets:upload"] == asked(traffic)
    assert "READY" == getattr(provider.read(DATASET, "rows"), "state", "")


def test_a_datasets_way_by_its_signed_url(
    provider: FireworksProvider, traffic: Traffic, tmp_path: Path
) -> None:
    files = write_set(tmp_path, {"a.jsonl": ROWS, "b.jsonl": ROWS})  # two files go no other way
    provider.create(DATASET, "rows", {"exampleCount": "6"})
    provider.send_content(DATASET, "rows", files, silent)
    provider.validate_content(DATASET, "rows")

    assert [
        "POST datasets",
        "POST datasets:getUploadEndpoint",
        "POST datasets:validateUpload",
    ] == asked(traffic)


@pytest.mark.parametrize(
    ("job", "spec"),
    [
        (JOB, {"epochs": 2, "learningRate": 1e-4, "outputModel": "accounts/acme/models/out"}),
        (
            OLDER_JOB,
            {
                "modelId": "out",
                "textCompletion": {"inputTemplate": "{messages}", "outputTemplate": "{messages}"},
            },
        ),
    ],
    ids=lambda value: getattr(value, "name", ""),
)
def test_a_jobs_way_to_its_model(
    provider: FireworksProvider,
    traffic: Traffic,
    emulator: Emulator,
    clock: ManualClock,
    job: Kind,
    spec: dict[str, Any],
) -> None:
    emulator.store.put(ROWS_NAME, {"state": "READY", "exampleCount": "3"})
    provider.create(job, "j", {"dataset": ROWS_NAME, "baseModel": BASE, **spec})
    clock.advance(200)
    live = provider.read(job, "j")
    provider.list(job)
    provider.delete(job, "j")

    assert live is not None
    assert live.state.endswith("COMPLETED")
    path = job.collection
    assert [f"POST {path}", f"GET {path}", f"DELETE {path}"] == asked(traffic)


def test_a_jobs_cancellation(
    provider: FireworksProvider, traffic: Traffic, emulator: Emulator
) -> None:
    emulator.store.put(ROWS_NAME, {"state": "READY", "exampleCount": "3"})
    provider.create(JOB, "j", {"dataset": ROWS_NAME, "baseModel": BASE})
    provider.cancel(JOB, "j")

    assert "POST supervisedFineTuningJobs:cancel" in asked(traffic)


def updatable() -> list[tuple[str, str]]:
    """Every field of every kind that a plan would change in place."""
    changed = (FieldClass.MUTABLE, FieldClass.UNPROVED)
    return [
        (k.name, rule.path)
        for k in all_kinds().values()
        for rule in k.rules
        if k.has_update and rule.field_class in changed and "." not in rule.path
    ]


@pytest.mark.parametrize(("kind_name", "field"), updatable())
def test_every_mutable_field_is_patched_with_its_mask(
    provider: FireworksProvider, emulator: Emulator, kind_name: str, field: str
) -> None:
    changed = kind(kind_name)
    emulator.store.put(f"accounts/acme/{changed.collection}/r", LIVE[kind_name])
    value = LEAST.get(field, sample(schema_of(changed)["properties"][field], field))
    repeated = {name: LIVE[kind_name].get(name, True) for name in changed.manners.repeated}
    fields = changed.derive({**repeated, field: value}, None)

    live = provider.update(changed, "r", fields)

    rule = changed.rule(field)
    assert rule is not None
    assert sticks(fields[field], live.body[field], rule.shape)
