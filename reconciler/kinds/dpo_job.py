"""DpoJob: trains on pairs of better and worse answers (DPO, ORPO). Paid, runs once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reconciler.kinds.field_rule import FieldClass, Shape, rules
from reconciler.kinds.identity import QueryId
from reconciler.kinds.kind import Kind, Problem, Reference
from reconciler.kinds.manners import Manners
from reconciler.kinds.row_use import RowUse
from reconciler.kinds.training_job import (
    BUCKET_REFERENCES,
    BUCKET_RULES,
    FIXED,
    JOB_STATES,
    LOSS_RULES,
    OUTPUT_MODEL,
    TRAINING,
    TRAINING_COST,
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
        shape=Shape.RESOURCE_NAME,
    ),
    *rules(FieldClass.IMMUTABLE, "jobs have no update, not even of displayName", "displayName"),
    *rules(
        FieldClass.IMMUTABLE,
        FIXED,
        "rendererHuggingFaceRepoId",
        "reservationTarget",
        "useReservation",
    ),
    *TRAINING_RULES,
    *LOSS_RULES,
    *WANDB_RULES,
    *BUCKET_RULES,
    *rules(
        FieldClass.COMPUTED,
        "set by the server",
        "completedTime",
        "createTime",
        "createdBy",
        "name",
        "state",
        "status",
        "trainerLogsSignedUrl",
    ),
)


def check(spec: Mapping[str, Any], _facts: SourceFacts | None) -> Iterator[Problem]:
    """What the schema cannot say: fields that exclude or need each other, and the loss."""
    yield from check_start(spec, TRAINING)
    yield from check_batch(spec, TRAINING)
    yield from check_buckets(spec)
    yield from _check_loss(spec)


def _check_loss(spec: Mapping[str, Any]) -> Iterator[Problem]:
    """Two comments of SDK 1.2.28 disagree: without a method the loss is DPO, or GRPO."""
    if spec.get("lossConfig", {}).get("method", "METHOD_UNSPECIFIED") != "METHOD_UNSPECIFIED":
        return
    yield Problem(
        ("spec", "lossConfig") if "lossConfig" in spec else ("spec",),
        "lossConfig.method is not set: the documents disagree on which loss that means",
        hint="add lossConfig: {method: DPO}, or ORPO",
        warning=True,
        code="no-loss-method",
    )


KIND = Kind(
    name="DpoJob",
    collection="dpoJobs",
    identity=QueryId("dpoJobId"),
    rules=_RULES,
    states=JOB_STATES,
    references=(Reference("dataset", ("Dataset",)), *TRAINING_REFERENCES, *BUCKET_REFERENCES),
    output_model=OUTPUT_MODEL,
    runs_once=True,
    paid=True,
    has_update=False,
    cancel_before_delete=True,
    content_hash=True,
    cost=TRAINING_COST,
    rows=RowUse(
        context_length=f"{TRAINING}.maxContextLength",
        chat_templates=(f"{TRAINING}.jinjaTemplate",),
        keys=("input", "preferred_output", "non_preferred_output"),  # DPO guide
    ),
    manners=Manners(metrics_verb="getMetricsFileEndpoint"),
    secrets=("wandbConfig.apiKey",),
    check=check,
    docs="A preference-tuning job (DPO or ORPO) on pairs of answers. It runs once, costs money and"
    " leaves a model behind.",
)
