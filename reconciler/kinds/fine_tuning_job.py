"""FineTuningJob: the older collection ``fineTuningJobs`` with prompt templates. Paid, runs once."""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from reconciler.kinds.checks import exactly_one
from reconciler.kinds.cost_rule import TrainingCost
from reconciler.kinds.field_rule import FieldClass, Shape, rules
from reconciler.kinds.identity import QueryId
from reconciler.kinds.kind import Kind, Problem, Readiness, Reference
from reconciler.kinds.manners import Manners
from reconciler.kinds.row_use import RowUse
from reconciler.kinds.training_job import FIXED

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from reconciler.kinds.source_facts import SourceFacts

TEMPLATES = (
    "textCompletion",
    "textClassification",
    "conversation",
    "legacyJob",
    "draftModelData",
    "draftModel",
    "genie",
)
"""The oneof ``kind`` of the gateway proto 0.19.20: what the rows are turned into."""

_PLACEHOLDER = re.compile(r"\{[^{}\s]+\}")

_STATES: Mapping[str, Readiness] = MappingProxyType(
    {
        "STATE_UNSPECIFIED": Readiness.UNKNOWN,
        "CREATING": Readiness.PENDING,
        "PENDING": Readiness.PENDING,
        "RUNNING": Readiness.PENDING,
        "COMPLETED": Readiness.READY,
        "FAILED": Readiness.FAILED,
        "DELETING": Readiness.VANISHING,
    }
)

_RULES = (
    *rules(
        FieldClass.IMMUTABLE,
        "the job trains on it: jobs have no update",
        "dataset",
        "datasets[].dataset",
        "evaluationDataset",
        shape=Shape.RESOURCE_NAME,
    ),
    *rules(FieldClass.IMMUTABLE, "the job trains on it: jobs have no update", "datasets"),
    *rules(
        FieldClass.IMMUTABLE,
        "training starts from it: jobs have no update",
        "baseModel",
        shape=Shape.RESOURCE_NAME,
    ),
    *rules(
        FieldClass.IMMUTABLE,
        "the trained model got this name: jobs have no update",
        "modelId",
        shape=Shape.RESOURCE_NAME,  # answers hold the id or the full name
    ),
    *rules(
        FieldClass.IMMUTABLE,
        "nothing proves that the older collection changes it in place",
        "displayName",
    ),
    *rules(FieldClass.IMMUTABLE, "the rows were rendered with it: jobs have no update", *TEMPLATES),
    *rules(
        FieldClass.IMMUTABLE,
        "the rows were made by it: jobs have no update",
        "draftModelData.deploymentName",
        shape=Shape.RESOURCE_NAME,
    ),
    *rules(
        FieldClass.IMMUTABLE,
        "a hyperparameter of a training that has run: jobs have no update",
        "batchSize",
        "epochs",
        "evaluation",
        "evaluationSplit",
        "learningRate",
        "loraRank",
        "maskToken",
        "microBatchSize",
        "padToken",
    ),
    *rules(
        FieldClass.IMMUTABLE,
        "a hyperparameter of a training that has run: jobs have no update",
        "loraTargetModules",
        shape=Shape.UNORDERED,
    ),
    *rules(FieldClass.IMMUTABLE, FIXED, "containerVersion", "wandbEntity", "wandbProject"),
    # Plain names: no source says whether these jobs wait for this one, or it for them.
    *rules(FieldClass.IMMUTABLE, FIXED, "dependentJobs", shape=Shape.UNORDERED),
    *rules(FieldClass.WRITE_ONLY, "a secret: never read back", "wandbApiKey"),
    *rules(
        FieldClass.COMPUTED,
        "set by the server",
        "createTime",
        "createdBy",
        "name",
        "state",
        "status",
        "wandbUrl",
        "warmStartFrom",
    ),
)


_WANDB = ("wandbEntity", "wandbProject", "wandbApiKey")


def check(spec: Mapping[str, Any], _facts: SourceFacts | None) -> Iterator[Problem]:
    """What the schema cannot say: one dataset form, one template, real placeholders, and all of
    what Weights & Biases needs."""
    yield from exactly_one(spec, "dataset", "datasets")
    yield from exactly_one(spec, *TEMPLATES)
    yield from _check_placeholders(spec)
    given = [name for name in _WANDB if name in spec]
    if given and len(given) < len(_WANDB):
        yield Problem(
            ("spec", given[0]),
            f"{', '.join(_WANDB)} belong together",  # a validator of the gateway proto 0.19.20
            hint="give all three or none",
            warning=True,
            code="missing-field",
        )


def _check_placeholders(spec: Mapping[str, Any]) -> Iterator[Problem]:
    """Fine-tuning guide: a template names keys of the rows in braces."""
    for field in ("inputTemplate", "outputTemplate"):
        text = spec.get("textCompletion", {}).get(field)
        if text is not None and not _PLACEHOLDER.search(text):
            yield Problem(
                ("spec", "textCompletion", field),
                "has no {field} placeholder: every row becomes the same text",
                hint="name a key of the rows in braces, e.g. {response}",
                warning=True,
                code="no-placeholder",
            )


KIND = Kind(
    name="FineTuningJob",
    collection="fineTuningJobs",
    identity=QueryId("fineTuningJobId"),
    rules=_RULES,
    states=_STATES,
    references=(
        Reference("dataset", ("Dataset",)),
        Reference("datasets[].dataset", ("Dataset",)),
        Reference("evaluationDataset", ("Dataset",)),
        Reference("baseModel", ("Model",)),
        Reference("draftModelData.deploymentName", ("Deployment",)),
    ),
    output_model="modelId",
    output_model_is_id=True,  # the guide: "model_id"
    runs_once=True,
    paid=True,
    cost=TrainingCost(),
    rows=RowUse(
        datasets=("dataset", "datasets[].dataset"),
        evaluation="evaluationDataset",
        templates=("textCompletion.inputTemplate", "textCompletion.outputTemplate"),
        names=("textClassification.text", "textClassification.label"),
        chat_templates=("conversation.jinjaTemplate", "draftModelData.jinjaTemplate"),
    ),
    has_update=False,  # PATCH stood in the proto of 0.19.20 only, and nothing proves an effect
    wire_snake_case=True,
    content_hash=True,
    secrets=("wandbApiKey",),
    manners=Manners(may_be_retired=True),  # SDK 1.2.28 has no such resource (fact sheet 24-6)
    match=("dataset", "datasets", "baseModel", *TEMPLATES),
    check=check,
    docs="A job of the older fineTuningJobs collection, with templates over the rows' keys.",
)
