"""ReinforcementFineTuningJob: trains on what an evaluator says of rollouts. Paid, runs once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reconciler.kinds.cost_rule import UnknownCost
from reconciler.kinds.field_rule import FieldClass, Shape, rules
from reconciler.kinds.identity import QueryId
from reconciler.kinds.kind import Kind, Problem, Reference
from reconciler.kinds.row_use import RowUse
from reconciler.kinds.training_job import (
    BUCKET_REFERENCES,
    BUCKET_RULES,
    FIXED,
    JOB_STATES,
    LOSS_RULES,
    OUTPUT_MODEL,
    TRAINING,
    TRAINING_REFERENCES,
    TRAINING_RULES,
    WANDB_RULES,
    check_batch,
    check_buckets,
    check_start,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

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
        "it judged the rollouts: jobs have no update",
        "evaluator",
        shape=Shape.RESOURCE_NAME,
    ),
    *rules(FieldClass.IMMUTABLE, "jobs have no update, not even of displayName", "displayName"),
    *rules(
        FieldClass.IMMUTABLE,
        "how the rollouts were made: jobs have no update",
        "chunkSize",
        "evalAutoCarveout",
        "inferenceParameters",
        "inferenceParameters.extraBody",
        "inferenceParameters.maxOutputTokens",
        "inferenceParameters.responseCandidatesCount",
        "inferenceParameters.temperature",
        "inferenceParameters.topK",
        "inferenceParameters.topP",
        "maxConcurrentEvaluations",
        "maxConcurrentRollouts",
        "maxInferenceReplicaCount",
        "mcpServer",
    ),
    *rules(FieldClass.IMMUTABLE, FIXED, "nodeCount", "reservationTarget"),
    *TRAINING_RULES,
    *LOSS_RULES,
    *WANDB_RULES,
    *BUCKET_RULES,
    *rules(
        FieldClass.COMPUTED,
        "set by the server",
        "acceleratorSeconds",
        "completedTime",
        "createTime",
        "createdBy",
        "jobProgress",
        "name",
        "outputMetrics",
        "outputStats",
        "state",
        "status",
        "trainerLogsSignedUrl",
    ),
)


def check(spec: Mapping[str, Any], _facts: SourceFacts | None) -> Iterator[Problem]:
    """What the schema cannot say: fields that exclude each other, and ranges."""
    yield from check_start(spec, TRAINING)
    yield from check_batch(spec, TRAINING)
    yield from check_buckets(spec)


KIND = Kind(
    name="ReinforcementFineTuningJob",
    collection="reinforcementFineTuningJobs",
    identity=QueryId("reinforcementFineTuningJobId"),
    rules=_RULES,
    states=JOB_STATES,
    references=(
        Reference("dataset", ("Dataset",)),
        Reference("evaluationDataset", ("Dataset",)),
        # A build in progress fails the create (rft docs).
        Reference("evaluator", ("Evaluator",), "evaluators", usable=("ACTIVE",)),
        *TRAINING_REFERENCES,
        *BUCKET_REFERENCES,
    ),
    output_model=OUTPUT_MODEL,
    runs_once=True,
    paid=True,
    has_update=False,
    cancel_before_delete=True,
    content_hash=True,
    # Docs of 2026: free below 16B parameters; the vendor's cookbook of August: never assume it.
    cost=UnknownCost(
        "no price of reinforcement fine-tuning is published that holds for every model; the job"
        " tells the GPU hours that it used when it ends"
    ),
    rows=RowUse(
        evaluation="evaluationDataset",
        context_length=f"{TRAINING}.maxContextLength",
        chat_templates=(f"{TRAINING}.jinjaTemplate",),
        chats=True,
    ),
    secrets=("wandbConfig.apiKey",),
    check=check,
    docs="A reinforcement fine-tuning job: rollouts judged by an evaluator. It runs once, costs"
    " money and leaves a model behind.",
)
