"""What the training jobs share: states, Weights & Biases, bucket credentials, output models."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from reconciler.kinds.checks import at_most_one, exactly_one
from reconciler.kinds.cost_rule import TrainingCost
from reconciler.kinds.field_rule import FieldClass, FieldRule, Shape, rules
from reconciler.kinds.kind import Problem, Readiness, Reference

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

FIXED = "the job runs with it: jobs have no update"
"""The reason of every field of a job: the collections have no PATCH verb."""

JOB_STATES: Mapping[str, Readiness] = MappingProxyType(
    {
        "JOB_STATE_UNSPECIFIED": Readiness.UNKNOWN,
        "JOB_STATE_CREATING": Readiness.PENDING,
        "JOB_STATE_RUNNING": Readiness.PENDING,
        "JOB_STATE_COMPLETED": Readiness.READY,
        "JOB_STATE_FAILED": Readiness.FAILED,
        "JOB_STATE_CANCELLED": Readiness.FAILED,
        "JOB_STATE_DELETING": Readiness.VANISHING,
        "JOB_STATE_WRITING_RESULTS": Readiness.PENDING,
        "JOB_STATE_VALIDATING": Readiness.PENDING,
        "JOB_STATE_DELETING_CLEANING_UP": Readiness.VANISHING,
        "JOB_STATE_PENDING": Readiness.PENDING,
        "JOB_STATE_EXPIRED": Readiness.FAILED,
        "JOB_STATE_RE_QUEUEING": Readiness.PENDING,
        "JOB_STATE_CREATING_INPUT_DATASET": Readiness.PENDING,
        "JOB_STATE_IDLE": Readiness.HALTED,  # may go on by itself
        "JOB_STATE_CANCELLING": Readiness.PENDING,
        "JOB_STATE_EARLY_STOPPED": Readiness.READY,  # it has an output model
        "JOB_STATE_PAUSED": Readiness.HALTED,  # suspended account or by hand; may go on by itself
    }
)
"""The 18 states of SDK 1.2.28, the same for every job collection but the older fineTuningJobs."""

WANDB_RULES: tuple[FieldRule, ...] = (
    *rules(
        FieldClass.IMMUTABLE,
        FIXED,
        "wandbConfig",
        "wandbConfig.enabled",
        "wandbConfig.entity",
        "wandbConfig.project",
        "wandbConfig.runId",
    ),
    *rules(FieldClass.WRITE_ONLY, "a secret: never read back", "wandbConfig.apiKey"),
    *rules(FieldClass.COMPUTED, "the server writes the link to the run", "wandbConfig.url"),
)

BUCKET_RULES: tuple[FieldRule, ...] = (
    *rules(
        FieldClass.IMMUTABLE,
        FIXED,
        "awsS3Config",
        "awsS3Config.iamRoleArn",
        "azureBlobStorageConfig",
        "azureBlobStorageConfig.managedIdentityClientId",
        "azureBlobStorageConfig.tenantId",
    ),
    *rules(
        FieldClass.IMMUTABLE,
        FIXED,
        "awsS3Config.credentialsSecret",
        "azureBlobStorageConfig.credentialsSecret",
        shape=Shape.RESOURCE_NAME,
    ),
)

BUCKET_REFERENCES = (
    Reference("awsS3Config.credentialsSecret", ("Secret",), "secrets"),
    Reference("azureBlobStorageConfig.credentialsSecret", ("Secret",), "secrets"),
)


TRAINING = "trainingConfig"
"""Where preference and reinforcement jobs keep what supervised ones have at the top of the spec."""

TRAINING_RULES: tuple[FieldRule, ...] = (
    *rules(FieldClass.IMMUTABLE, FIXED, TRAINING, f"{TRAINING}.region"),
    *rules(
        FieldClass.IMMUTABLE,
        "training starts from it: jobs have no update",
        f"{TRAINING}.baseModel",
        f"{TRAINING}.warmStartFrom",
        shape=Shape.RESOURCE_NAME,
    ),
    *rules(
        FieldClass.IMMUTABLE,
        "the trained model got this name: jobs have no update",
        f"{TRAINING}.outputModel",
        shape=Shape.RESOURCE_NAME,
    ),
    *rules(
        FieldClass.IMMUTABLE,
        "a hyperparameter of a training that has run: jobs have no update",
        f"{TRAINING}.batchSize",
        f"{TRAINING}.batchSizeSamples",
        f"{TRAINING}.epochs",
        f"{TRAINING}.gradientAccumulationSteps",
        f"{TRAINING}.jinjaTemplate",
        f"{TRAINING}.learningRate",
        f"{TRAINING}.learningRateWarmupSteps",
        f"{TRAINING}.loraRank",
        f"{TRAINING}.maxContextLength",
        f"{TRAINING}.optimizerWeightDecay",
        f"{TRAINING}.samplerCheckpointSaveIntervalSteps",
    ),
)

LOSS_RULES: tuple[FieldRule, ...] = rules(
    FieldClass.IMMUTABLE,
    "the loss of a training that has run: jobs have no update",
    "lossConfig",
    "lossConfig.dpo",
    "lossConfig.dpo.beta",
    "lossConfig.dpo.refCacheBatchSize",
    "lossConfig.dpo.refCacheConcurrency",
    "lossConfig.klBeta",
    "lossConfig.method",
)

TRAINING_REFERENCES = (
    Reference(f"{TRAINING}.baseModel", ("Model",)),
    Reference(f"{TRAINING}.warmStartFrom", ("Model",)),
)

OUTPUT_MODEL = f"{TRAINING}.outputModel"

TRAINING_COST = TrainingCost(
    models=(f"{TRAINING}.baseModel", f"{TRAINING}.warmStartFrom"), epochs=f"{TRAINING}.epochs"
)
"""Preference tuning is billed by trained token like supervised (pricing page)."""


def check_start(spec: Mapping[str, Any], below: str = "") -> Iterator[Problem]:
    """SDK 1.2.28: only one of baseModel and warmStartFrom; the gateway proto of 0.19.20: exactly
    one. ``below`` is the field that holds them."""
    hint = "baseModel: accounts/fireworks/models/..."
    yield from exactly_one(spec, "baseModel", "warmStartFrom", below=below, hint=hint)


def check_batch(spec: Mapping[str, Any], below: str = "") -> Iterator[Problem]:
    """The validator of the gateway proto 0.19.20; not in today's docs: a warning."""
    inside = spec.get(below, {}) if below else spec
    batch, context = inside.get("batchSize"), inside.get("maxContextLength")
    if batch is not None and context is not None and batch < context:
        yield Problem(
            ("spec", *([below] if below else ()), "batchSize"),
            f"a batch of {batch} tokens cannot hold one row of maxContextLength {context}",
            hint=f"raise batchSize to at least {context}",
            warning=True,
        )


def check_buckets(spec: Mapping[str, Any]) -> Iterator[Problem]:
    """SDK 1.2.28: a stored secret and a federated identity exclude each other."""
    yield from at_most_one(spec, "credentialsSecret", "iamRoleArn", below="awsS3Config")
    azure = "azureBlobStorageConfig"
    yield from at_most_one(spec, "credentialsSecret", "managedIdentityClientId", below=azure)
    identity = {"managedIdentityClientId", "tenantId"} & spec[azure].keys() if azure in spec else ()
    if len(identity) == 1:
        yield Problem(
            ("spec", azure, *identity),
            "managedIdentityClientId and tenantId belong together",
            hint="give both",
            warning=True,
        )
