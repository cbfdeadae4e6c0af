"""What all training jobs share: their states over time, cancel and resume, checkpoints."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reconciler.emulator.decode import Json
from reconciler.emulator.errors import failed_precondition
from reconciler.emulator.job_results import LOG, output_name, put_file, write_results
from reconciler.emulator.lifecycle import GONE, schedule
from reconciler.emulator.operations import remove
from reconciler.emulator.paging import page
from reconciler.emulator.resources.shared import status
from reconciler.emulator.schema import Message

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
        _results(platform, record, modern)
        if modern:
            record.fields["jobProgress"] = {"percent": 100, "epoch": _epochs(record)}
    platform.store.save(record)


def _results(platform: Platform, record: Record, modern: bool) -> None:
    """Written, unless somebody has made a model of that name meanwhile: then the job fails."""
    name = output_name(platform, record)
    if platform.store.find(name) is None:
        write_results(platform, record, name)
        return
    record.fields["state"] = f"{PREFIX}FAILED" if modern else "FAILED"
    record.fields["status"] = status("ALREADY_EXISTS", f"output model {name} already exists")


def _epochs(record: Record) -> int:
    training = record.fields.get("trainingConfig", record.fields)
    return int(training.get("epochs") or 1)


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
