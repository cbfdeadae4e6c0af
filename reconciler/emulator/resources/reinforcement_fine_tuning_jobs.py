"""Reinforcement fine-tuning jobs: a dataset, an evaluator, rollouts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.emulator import job_results, jobs
from reconciler.emulator.encode import encode
from reconciler.emulator.errors import failed_precondition, invalid
from reconciler.emulator.ids import last_part
from reconciler.emulator.resources.collection import Collection, Creation, IdFrom, Verb
from reconciler.emulator.resources.job_states import STATE
from reconciler.emulator.resources.shared import JOB_OUTPUTS
from reconciler.emulator.resources.training_config import LOSS, TRAINING
from reconciler.emulator.schema import (
    Field,
    MapOf,
    Message,
    Role,
    Scalar,
    between,
    many,
    shorter_than,
)
from reconciler.emulator.training import (
    AWS_S3,
    AZURE,
    PROGRESS,
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

INFERENCE = Message(
    "InferenceParameters",
    (
        *many(Scalar.INT32, Role.MUTABLE, "maxOutputTokens responseCandidatesCount topK"),
        *many(Scalar.DOUBLE, Role.MUTABLE, "temperature topP"),
        Field("extraBody", Scalar.STRING),
    ),
)

MESSAGE = Message(
    "ReinforcementFineTuningJob",
    (
        *JOB_OUTPUTS,
        Field("completedTime", Scalar.TIMESTAMP, Role.OUTPUT),
        *many(
            Scalar.STRING, Role.OUTPUT, "createdBy outputMetrics outputStats trainerLogsSignedUrl"
        ),
        Field("acceleratorSeconds", MapOf(Scalar.INT64), Role.OUTPUT),
        Field("state", STATE, Role.OUTPUT),
        Field("displayName", Scalar.STRING, check=shorter_than(64)),
        *many(
            Scalar.STRING,
            Role.MUTABLE,
            "dataset evaluator evaluationDataset mcpServer reservationTarget",
        ),
        Field("evalAutoCarveout", Scalar.BOOL),
        Field("chunkSize", Scalar.INT32, check=between(0, 10_000)),
        *many(
            Scalar.INT32,
            Role.MUTABLE,
            "maxConcurrentEvaluations maxConcurrentRollouts maxInferenceReplicaCount nodeCount",
        ),
        Field("inferenceParameters", INFERENCE),
        Field("trainingConfig", TRAINING),
        Field("lossConfig", LOSS),
        Field("wandbConfig", WANDB),
        Field("awsS3Config", AWS_S3),
        Field("azureBlobStorageConfig", AZURE),
        Field("jobProgress", PROGRESS, Role.OUTPUT),
    ),
    required=("dataset", "evaluator", "trainingConfig"),
)
LEARNING_RATES = (1e-5, 5e-4)
"""rft cli errors docs: a learning rate outside is refused."""


def check(platform: Platform, creation: Creation) -> None:
    """References, an ACTIVE evaluator, base and output model. Raises ApiError."""
    fields = creation.fields
    check_dataset(platform, fields, "dataset")
    check_dataset(platform, fields, "evaluationDataset")
    evaluator = platform.reference(fields["evaluator"], "evaluators")
    if evaluator.fields.get("state") != "ACTIVE":
        raise failed_precondition(f"{evaluator.name} is not ACTIVE")
    fields["evaluator"] = evaluator.name
    rate = fields["trainingConfig"].get("learningRate")
    if rate and not LEARNING_RATES[0] <= rate <= LEARNING_RATES[1]:
        raise invalid("learning rate outside [1e-5, 5e-4]")
    check_training(platform, fields["trainingConfig"], last_part(creation.name))
    check_secrets(fields)


def created(platform: Platform, record: Record, _creation: Creation) -> None:
    """The job is on its way."""
    record.fields["createdBy"] = platform.email
    jobs.start(platform, record)


def arrival(platform: Platform, record: Record) -> None:
    """GPU time is known at the end."""
    jobs.arrival(platform, record)
    if record.fields["state"] in jobs.TERMINAL:
        seconds = str(round(platform.seconds_per_job))
        record.fields["acceleratorSeconds"] = {"NVIDIA_H100_80GB": seconds}
        platform.store.save(record)


def resume(platform: Platform, record: Record, call: Call) -> Json:
    """Go on; answers the job."""
    jobs.resume(platform, record, call)
    return encode(MESSAGE, record.fields)


COLLECTION = Collection(
    segment="reinforcementFineTuningJobs",
    noun="ReinforcementFineTuningJob",
    message=MESSAGE,
    id_from=IdFrom.QUERY,
    id_key="reinforcementFineTuningJobId",
    patch=False,
    check=check,
    created=created,
    shown=job_results.shown,
    delete=jobs.delete,
    arrival=arrival,
    children={"checkpoints": jobs.checkpoints},
    verbs={"cancel": Verb("POST", jobs.cancel), "resume": Verb("POST", resume)},
)
