"""Preference-training jobs: hyperparameters stand in trainingConfig."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.emulator import job_results, jobs
from reconciler.emulator.encode import encode
from reconciler.emulator.errors import failed_precondition
from reconciler.emulator.ids import last_part
from reconciler.emulator.resources.collection import Collection, Creation, IdFrom, Verb
from reconciler.emulator.resources.job_states import STATE
from reconciler.emulator.resources.shared import JOB_OUTPUTS
from reconciler.emulator.resources.training_config import LOSS, TRAINING
from reconciler.emulator.schema import Field, Message, Role, Scalar, many, shorter_than
from reconciler.emulator.training import (
    AWS_S3,
    AZURE,
    WANDB,
    check_dataset,
    check_secrets,
    check_training,
)

if TYPE_CHECKING:
    from reconciler.emulator.call import Call
    from reconciler.emulator.decode import Json
    from reconciler.emulator.platform import Platform
    from reconciler.emulator.store import Record

MESSAGE = Message(
    "DpoJob",
    (
        *JOB_OUTPUTS,
        Field("completedTime", Scalar.TIMESTAMP, Role.OUTPUT),
        *many(Scalar.STRING, Role.OUTPUT, "createdBy trainerLogsSignedUrl"),
        Field("state", STATE, Role.OUTPUT),
        Field("displayName", Scalar.STRING, check=shorter_than(64)),
        *many(Scalar.STRING, Role.MUTABLE, "dataset rendererHuggingFaceRepoId reservationTarget"),
        Field("useReservation", Scalar.BOOL),
        Field("trainingConfig", TRAINING),
        Field("lossConfig", LOSS),
        Field("wandbConfig", WANDB),
        Field("awsS3Config", AWS_S3),
        Field("azureBlobStorageConfig", AZURE),
    ),
    required=("dataset", "trainingConfig"),
)


def check(platform: Platform, creation: Creation) -> None:
    """References, base and output model. Raises ApiError."""
    fields = creation.fields
    check_dataset(platform, fields, "dataset")
    check_training(platform, fields["trainingConfig"], last_part(creation.name))
    check_secrets(fields)


def created(platform: Platform, record: Record, _creation: Creation) -> None:
    """The job is on its way; without a method the loss is DPO (24-15)."""
    record.fields["createdBy"] = platform.email
    loss = record.fields.setdefault("lossConfig", {})
    if loss.get("method", "METHOD_UNSPECIFIED") == "METHOD_UNSPECIFIED":
        loss["method"] = "DPO"
    jobs.start(platform, record)


def resume(platform: Platform, record: Record, call: Call) -> Json:
    """Go on; answers the job."""
    jobs.resume(platform, record, call)
    return encode(MESSAGE, record.fields)


def metrics(platform: Platform, record: Record, _call: Call) -> Json:
    """A signed URL of the loss curve. Raises ApiError until the job is done."""
    key = platform.file_key(record, "metrics.jsonl")
    if platform.blobs.find(key) is None:
        raise failed_precondition(f"{record.name} has no metrics yet")
    return {"signedUrl": platform.signed_url("GET", key)}


COLLECTION = Collection(
    segment="dpoJobs",
    noun="DpoJob",
    message=MESSAGE,
    id_from=IdFrom.QUERY,
    id_key="dpoJobId",
    patch=False,
    check=check,
    created=created,
    shown=job_results.shown,
    delete=jobs.delete,
    arrival=jobs.arrival,
    children={"checkpoints": jobs.checkpoints},
    verbs={
        "cancel": Verb("POST", jobs.cancel),
        "resume": Verb("POST", resume),
        "getMetricsFileEndpoint": Verb("GET", metrics),
    },
)
