"""SupervisedFineTuningJob: trains an adapter, or a whole model, on a dataset. Paid, runs once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reconciler.kinds.cost_rule import TrainingCost
from reconciler.kinds.field_rule import FieldClass, Shape, rules
from reconciler.kinds.identity import QueryId
from reconciler.kinds.kind import Kind, Problem, Reference
from reconciler.kinds.manners import Manners
from reconciler.kinds.row_use import RowUse
from reconciler.kinds.training_job import (
    BUCKET_REFERENCES,
    BUCKET_RULES,
    JOB_STATES,
    WANDB_RULES,
    check_batch,
    check_buckets,
    check_start,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from reconciler.kinds.kind import Problem
    from reconciler.kinds.source_facts import SourceFacts

_RULES = (
    *rules(
        FieldClass.IMMUTABLE,
        "the job trains on it: jobs have no update",
        "dataset",
        "evaluationDataset",
        shape=Shape.RESOURCE_NAME,
    ),
    *rules(
        FieldClass.IMMUTABLE,
        "training starts from it: jobs have no update",
        "baseModel",
        "warmStartFrom",
        shape=Shape.RESOURCE_NAME,
    ),
    *rules(
        FieldClass.IMMUTABLE,
        "the trained model got this name: jobs have no update",
        "outputModel",
        shape=Shape.RESOURCE_NAME,
    ),
    *rules(FieldClass.IMMUTABLE, "jobs have no update, not even of displayName", "displayName"),
    *rules(
        FieldClass.IMMUTABLE,
        "a hyperparameter of a training that has run: jobs have no update",
        "batchSize",
        "batchSizeSamples",
        "earlyStop",
        "epochs",
        "evalAutoCarveout",
        "gradientAccumulationSteps",
        "jinjaTemplate",
        "learningRate",
        "learningRateWarmupSteps",
        "loraRank",
        "maxContextLength",
        "mtpEnabled",
        "mtpFreezeBaseModel",
        "mtpNumDraftTokens",
        "optimizerWeightDecay",
        "rendererHuggingFaceRepoId",
        "samplerCheckpointSaveIntervalSteps",
    ),
    *rules(
        FieldClass.IMMUTABLE,
        "the job was placed by it: jobs have no update",
        "isTurbo",
        "nodes",
        "region",
        "usePurpose",
        "useReservation",
        # A plain string: no source says in which collection a reservation lives.
        "reservationTarget",
    ),
    *WANDB_RULES,
    *BUCKET_RULES,
    *rules(
        FieldClass.COMPUTED,
        "set by the server",
        "completedTime",
        "createTime",
        "createdBy",
        "estimatedCost",
        "jobProgress",
        "name",
        "state",
        "status",
        "trainerLogsSignedUrl",
        "updateTime",
    ),
    *rules(
        FieldClass.COMPUTED,
        "the server writes a signed URL when the job is done",
        "metricsFileSignedUrl",
    ),
)


def check(spec: Mapping[str, Any], _facts: SourceFacts | None) -> Iterator[Problem]:
    """What the schema cannot say: fields that exclude or need each other."""
    yield from check_start(spec)
    yield from check_buckets(spec)
    yield from check_batch(spec)


KIND = Kind(
    name="SupervisedFineTuningJob",
    collection="supervisedFineTuningJobs",
    identity=QueryId("supervisedFineTuningJobId"),
    rules=_RULES,
    states=JOB_STATES,
    references=(
        Reference("dataset", ("Dataset",)),
        Reference("evaluationDataset", ("Dataset",)),
        Reference("baseModel", ("Model",)),
        Reference("warmStartFrom", ("Model",)),
        *BUCKET_REFERENCES,
    ),
    output_model="outputModel",
    runs_once=True,
    paid=True,
    cost=TrainingCost(),
    rows=RowUse(
        evaluation="evaluationDataset",
        context_length="maxContextLength",
        chat_templates=("jinjaTemplate",),
        trains=True,
        chats=True,
    ),
    manners=Manners(metrics_field="metricsFileSignedUrl"),
    has_update=False,
    cancel_before_delete=True,
    content_hash=True,
    secrets=("wandbConfig.apiKey",),
    check=check,
    docs="A supervised fine-tuning job. It runs once, costs money and leaves a model behind.",
)
