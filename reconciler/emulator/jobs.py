"""What all training jobs share: their states over time, their output model, cancel and resume."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from reconciler.emulator.decode import Json
from reconciler.emulator.errors import failed_precondition
from reconciler.emulator.ids import full_name, last_part
from reconciler.emulator.lifecycle import GONE, schedule
from reconciler.emulator.operations import remove
from reconciler.emulator.paging import page
from reconciler.emulator.resources.shared import status
from reconciler.emulator.schema import Message
from reconciler.emulator.weights import adapter_files

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reconciler.emulator.call import Call
    from reconciler.emulator.platform import Platform
    from reconciler.emulator.store import Record

SEGMENTS = (
    "supervisedFineTuningJobs",
    "fineTuningJobs",
    "dpoJobs",
    "reinforcementFineTuningJobs",
)
PREFIX = "JOB_STATE_"
SUCCESS = ("COMPLETED", "JOB_STATE_COMPLETED", "JOB_STATE_EARLY_STOPPED")
FAILURE = ("FAILED", "JOB_STATE_FAILED", "JOB_STATE_CANCELLED", "JOB_STATE_EXPIRED")
TERMINAL = SUCCESS + FAILURE
RESUMABLE = ("JOB_STATE_FAILED", "JOB_STATE_CANCELLED", "JOB_STATE_PAUSED", "JOB_STATE_EXPIRED")
LORA_TARGETS = ["q_proj", "k_proj", "v_proj", "o_proj"]
LOG = "trainer.log"
EMPTY = Message("Empty", ())

Steps = list[tuple[float, str, Json]]


def training_jobs(platform: Platform) -> Iterator[Record]:
    """All jobs of all kinds."""
    for segment in SEGMENTS:
        yield from platform.store.segment(segment)


def start(platform: Platform, record: Record) -> None:
    """Put a new or resumed job on its way; an armed fault may change where it leads."""
    modern = record.name.split("/")[2] != "fineTuningJobs"
    record.fields["state"] = f"{PREFIX}CREATING" if modern else "CREATING"
    record.fields["status"] = status("OK")
    if modern:
        put_file(platform, record, LOG, f"{record.name}: training\n".encode())
    fault = platform.faults.strike_job(record.name)
    steps = _road(fault.kind if fault else "", fault.message if fault else "", modern)
    if not modern:
        steps = [(at, state.removeprefix(PREFIX), _plain(fields)) for at, state, fields in steps]
    seconds = platform.seconds_per_job
    schedule(platform, record, [(at * seconds, state, fields) for at, state, fields in steps])


def _plain(fields: Json) -> Json:
    """The older collection reports no progress."""
    return {key: value for key, value in fields.items() if key != "jobProgress"}


def _road(kind: str, message: str, modern: bool) -> Steps:
    """The states to come, with the fraction of the job's time after which each is reached."""
    steps: Steps = [(0.2, f"{PREFIX}PENDING", {})]
    if modern:
        steps.insert(0, (0.1, f"{PREFIX}VALIDATING", {}))
    if kind == "job_expired":
        return [*steps, _failure(0.3, "EXPIRED", message or "the job expired")]
    steps += [_running(0.3 + 0.06 * n, 10 * n) for n in range(10)]
    endings: dict[str, Steps] = {
        "job_stuck": [],
        "job_failed": [_failure(0.6, "FAILED", message or "training failed")],
        "job_paused": [(0.6, f"{PREFIX}PAUSED", {"status": status("OK", message)})],
        "job_early_stopped": [_running(0.9, 60), (0.95, f"{PREFIX}EARLY_STOPPED", {})],
    }
    if kind in endings:
        cut = 1.0 if kind == "job_stuck" else 0.6
        return [step for step in steps if step[0] < cut] + endings[kind]
    if kind == "job_wobbles":
        wobble = [(0.4, f"{PREFIX}CREATING", {}), _running(0.5, 0)]
        steps = [s for s in steps if s[0] < 0.4] + wobble + [s for s in steps if s[0] > 0.5]
    writing: Steps = [(0.9, f"{PREFIX}WRITING_RESULTS", {})] if modern else []
    return [*steps, *writing, (1.0, f"{PREFIX}COMPLETED", {})]


def _running(at: float, percent: int) -> tuple[float, str, Json]:
    return (at, f"{PREFIX}RUNNING", {"jobProgress": {"percent": percent, "epoch": 0}})


def _failure(at: float, state: str, message: str) -> tuple[float, str, Json]:
    return (at, f"{PREFIX}{state}", {"status": status("INTERNAL", message)})


def arrival(platform: Platform, record: Record) -> None:
    """Terminal states get their time; a successful job writes its model."""
    state = record.fields["state"]
    modern = state.startswith(PREFIX)
    if state in TERMINAL and modern:
        record.fields["completedTime"] = record.fields["updateTime"]
    if state in SUCCESS:
        _write_results(platform, record)
        if modern:
            record.fields["jobProgress"] = {"percent": 100, "epoch": _epochs(record)}
    platform.store.save(record)


def _epochs(record: Record) -> int:
    training = record.fields.get("trainingConfig", record.fields)
    return int(training.get("epochs") or 1)


def output_name(platform: Platform, record: Record) -> str:
    """The full name of the model that the job will write: its own id by default."""
    training = record.fields.get("trainingConfig", record.fields)
    chosen = training.get("outputModel") or training.get("modelId") or last_part(record.name)
    return full_name(str(chosen), platform.account, "models")


def _write_results(platform: Platform, record: Record) -> None:
    name = output_name(platform, record)
    if platform.store.find(name) is not None:
        failed = "FAILED" if not record.fields["state"].startswith(PREFIX) else f"{PREFIX}FAILED"
        record.fields["state"] = failed
        record.fields["status"] = status("ALREADY_EXISTS", f"output model {name} already exists")
        return
    training = record.fields.get("trainingConfig", record.fields)
    rank = max(4, int(training.get("loraRank") or 8))
    base = _base_model(platform, training)
    model = platform.add(name, _model_fields(platform, record, base, rank))
    for filename, data in adapter_files(record.name, base, rank, LORA_TARGETS).items():
        put_file(platform, model, filename, data)
    put_file(platform, record, "metrics.jsonl", _metrics(record))


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
    links = {"metricsFileSignedUrl": "metrics.jsonl", "trainerLogsSignedUrl": LOG}
    for field, filename in links.items():
        key = platform.file_key(record, filename)
        if field in row and platform.blobs.find(key) is not None:
            row[field] = platform.signed_url("GET", key)
    return row


def cancel(platform: Platform, record: Record, call: Call) -> Json:
    """CANCELLING, then CANCELLED. Raises ApiError (400, code 9) on a terminal job."""
    call.decode(EMPTY)
    if record.fields.get("state") in TERMINAL:
        raise failed_precondition(f"{record.name} is already {record.fields['state']}")
    record.fields["state"] = f"{PREFIX}CANCELLING"
    cancelled = {"status": status("CANCELLED", "cancelled by the user")}
    after = 0.05 * platform.seconds_per_job
    schedule(platform, record, [(after, f"{PREFIX}CANCELLED", cancelled)])
    platform.touch(record)
    return {}


def resume(platform: Platform, record: Record, call: Call) -> None:
    """Go on with a failed, cancelled or paused job. Raises ApiError (400, code 9)."""
    call.decode(EMPTY)
    if record.fields.get("state") not in RESUMABLE:
        raise failed_precondition(f"{record.name} cannot be resumed: {record.fields['state']}")
    record.fields.pop("completedTime", None)
    start(platform, record)
    platform.touch(record)


def delete(platform: Platform, record: Record, _call: Call) -> None:
    """A running job is DELETING for a while; its output model survives (24-5)."""
    state: Any = record.fields.get("state", "")
    if state in TERMINAL or not record.meta.get("script"):
        remove(platform, record)
        return
    record.fields["state"] = f"{PREFIX}DELETING" if state.startswith(PREFIX) else "DELETING"
    after = max(0.05 * platform.seconds_per_job, platform.options.delete_lag_seconds)
    schedule(platform, record, [(after, GONE, {})])
    platform.touch(record)


def checkpoints(_platform: Platform, record: Record, call: Call) -> Json:
    """The checkpoint that a completed job leaves, oldest first."""
    rows: list[Json] = []
    if record.fields.get("state") in SUCCESS:
        time = record.fields.get("completedTime")
        rows.append(
            {
                "name": f"{record.name}/checkpoints/final",
                "createTime": time,
                "updateTime": time,
                "checkpointType": "CHECKPOINT_TYPE_SAMPLER",
                "promotable": True,
            }
        )
    return page(call, "checkpoints", rows)
