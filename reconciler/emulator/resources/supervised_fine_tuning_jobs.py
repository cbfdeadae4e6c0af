"""Supervised fine-tuning jobs: every field is fixed at creation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.emulator import job_results, jobs
from reconciler.emulator.encode import encode
from reconciler.emulator.errors import invalid
from reconciler.emulator.ids import last_part
from reconciler.emulator.resources.collection import Collection, Creation, IdFrom, Verb
from reconciler.emulator.resources.job_states import STATE
from reconciler.emulator.resources.shared import OUTPUTS, REGION
from reconciler.emulator.schema import Field, Message, Role, Scalar, between, many, shorter_than
from reconciler.emulator.training import (
    AWS_S3,
    AZURE,
    HYPERPARAMETERS,
    PROGRESS,
    WANDB,
    check_dataset,
    check_secrets,
    check_training,
    estimated_cost,
)

if TYPE_CHECKING:
    from reconciler.emulator.call import Call
    from reconciler.emulator.decode import Json
    from reconciler.emulator.platform import Platform
    from reconciler.emulator.store import Record

MONEY = Message(
    "Money",
    (
        Field("currencyCode", Scalar.STRING),
        Field("units", Scalar.INT64),
        Field("nanos", Scalar.INT32),
    ),
)


def _pilot(value: object) -> str | None:
    return None if value in ("", "pilot") else 'must be "pilot" or empty'


MESSAGE = Message(
    "SupervisedFineTuningJob",
    (
        *OUTPUTS,
        Field("completedTime", Scalar.TIMESTAMP, Role.OUTPUT),
        Field("createdBy", Scalar.STRING, Role.OUTPUT),
        Field("state", STATE, Role.OUTPUT),
        Field("displayName", Scalar.STRING, check=shorter_than(64)),
        *many(Scalar.STRING, Role.MUTABLE, "dataset evaluationDataset baseModel warmStartFrom"),
        *many(
            Scalar.STRING,
            Role.MUTABLE,
            "outputModel metricsFileSignedUrl rendererHuggingFaceRepoId reservationTarget",
        ),
        *HYPERPARAMETERS,
        *many(
            Scalar.BOOL,
            Role.MUTABLE,
            "earlyStop evalAutoCarveout isTurbo mtpEnabled mtpFreezeBaseModel useReservation",
        ),
        Field("mtpNumDraftTokens", Scalar.INT32, check=between(0, 3)),
        Field("nodes", Scalar.INT32, check=between(0, 2**31 - 1)),
        Field("usePurpose", Scalar.STRING, check=_pilot),
        Field("region", REGION),
        Field("wandbConfig", WANDB),
        Field("awsS3Config", AWS_S3),
        Field("azureBlobStorageConfig", AZURE),
        Field("estimatedCost", MONEY, Role.OUTPUT),
        Field("jobProgress", PROGRESS, Role.OUTPUT),
        Field("trainerLogsSignedUrl", Scalar.STRING, Role.OUTPUT),
    ),
    required=("dataset",),
)


def check(platform: Platform, creation: Creation) -> None:
    """References, base and output model, and what Training V2 refuses. Raises ApiError."""
    fields = creation.fields
    check_dataset(platform, fields, "dataset")
    check_dataset(platform, fields, "evaluationDataset")
    check_training(platform, fields, last_part(creation.name))
    check_secrets(fields)
    base = platform.store.find(fields.get("baseModel", ""))
    if base and base.fields.get("useTrainingV2") and "gradientAccumulationSteps" in fields:
        raise invalid("gradientAccumulationSteps is deprecated, not supported by Training V2")


def created(platform: Platform, record: Record, _creation: Creation) -> None:
    """The job is on its way."""
    record.fields["createdBy"] = platform.email
    record.fields["estimatedCost"] = estimated_cost(platform, record)
    jobs.start(platform, record)


def resume(platform: Platform, record: Record, call: Call) -> Json:
    """Go on; answers the job."""
    jobs.resume(platform, record, call)
    return encode(MESSAGE, record.fields)


COLLECTION = Collection(
    segment="supervisedFineTuningJobs",
    noun="SupervisedFineTuningJob",
    message=MESSAGE,
    id_from=IdFrom.QUERY,
    id_key="supervisedFineTuningJobId",
    patch=False,
    check=check,
    created=created,
    delete=jobs.delete,
    arrival=jobs.arrival,
    shown=job_results.shown,
    children={"checkpoints": jobs.checkpoints},
    verbs={"cancel": Verb("POST", jobs.cancel), "resume": Verb("POST", resume)},
)
