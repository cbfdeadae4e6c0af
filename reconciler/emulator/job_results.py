"""What a training job leaves behind: its log, its loss curve and its model."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from reconciler.emulator.ids import full_name, last_part
from reconciler.emulator.resources.shared import status
from reconciler.emulator.weights import adapter_files

if TYPE_CHECKING:
    from reconciler.emulator.decode import Json
    from reconciler.emulator.platform import Platform
    from reconciler.emulator.store import Record

LORA_TARGETS = ["q_proj", "k_proj", "v_proj", "o_proj"]
LOG = "trainer.log"
METRICS = "metrics.jsonl"


def output_name(platform: Platform, record: Record) -> str:
    """The full name of the model that the job will write: its own id by default."""
    training = record.fields.get("trainingConfig", record.fields)
    chosen = training.get("outputModel") or training.get("modelId") or last_part(record.name)
    return full_name(str(chosen), platform.account, "models")


def write_results(platform: Platform, record: Record, name: str) -> None:
    """The model of that full name with its files, and the loss curve."""
    training = record.fields.get("trainingConfig", record.fields)
    rank = max(4, int(training.get("loraRank") or 8))
    base = _base_model(platform, training)
    model = platform.add(name, _model_fields(platform, record, base, rank))
    for filename, data in adapter_files(record.name, base, rank, LORA_TARGETS).items():
        put_file(platform, model, filename, data)
    put_file(platform, record, METRICS, _metrics(record))


def _model_fields(platform: Platform, record: Record, base: str, rank: int) -> Json:
    parent = platform.store.find(base)
    details = parent.fields.get("baseModelDetails", {}) if parent else {}
    return {
        "kind": "HF_PEFT_ADDON",
        "state": "READY",
        "status": status("OK"),
        "displayName": record.fields.get("displayName", ""),
        "contextLength": parent.fields.get("contextLength", 0) if parent else 0,
        "fineTuningJob": record.name,
        "tunable": True,
        "peftDetails": {
            "baseModel": base,
            "r": rank,
            "targetModules": list(LORA_TARGETS),
            "baseModelType": details.get("modelType", ""),
        },
    }


def _base_model(platform: Platform, training: Json) -> str:
    """The base at the bottom, also when the job went on from another adapter."""
    name = training.get("baseModel") or training.get("warmStartFrom") or ""
    name = full_name(str(name), platform.account, "models")
    record = platform.store.find(name)
    peft = record.fields.get("peftDetails") if record else None
    return str(peft["baseModel"]) if peft else name


def put_file(platform: Platform, record: Record, filename: str, data: bytes) -> None:
    """Store a small file that the platform itself wrote."""
    sink = platform.blobs.sink()
    sink.write(data)
    platform.blobs.commit(platform.file_key(record, filename), sink.finish())


def _metrics(record: Record) -> bytes:
    """A loss curve: 20 steps, falling, the same for the same job."""
    wiggle = sum(record.name.encode()) % 17 / 100
    rows = [
        {"step": step, "train_loss": round(2.0 / (1 + 0.2 * step) + wiggle, 4), "epoch": 0}
        for step in range(1, 21)
    ]
    return b"".join(json.dumps(row).encode() + b"\n" for row in rows)


def shown(platform: Platform, record: Record, row: Json) -> Json:
    """A job links to its log, and when it is done to its metrics; URLs are fresh at each read."""
    links = {"metricsFileSignedUrl": METRICS, "trainerLogsSignedUrl": LOG}
    for field, filename in links.items():
        key = platform.file_key(record, filename)
        if field in row and platform.blobs.find(key) is not None:
            row[field] = platform.signed_url("GET", key)
    return row
