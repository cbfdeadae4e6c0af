"""The older fine-tuning jobs, with text templates and states of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.emulator import jobs
from reconciler.emulator.errors import invalid
from reconciler.emulator.ids import full_name, random_id
from reconciler.emulator.resources.collection import Collection, Creation, IdFrom
from reconciler.emulator.resources.shared import STATUS
from reconciler.emulator.schema import (
    Field,
    ListOf,
    Message,
    Role,
    Scalar,
    between,
    enum,
    many,
    shorter_than,
)
from reconciler.emulator.training import check_base, check_dataset, check_output

if TYPE_CHECKING:
    from reconciler.emulator.platform import Platform
    from reconciler.emulator.store import Record

KINDS = (
    "legacyJob",
    "textCompletion",
    "textClassification",
    "conversation",
    "draftModelData",
    "draftModel",
    "genie",
)
"""The kind oneof: exactly one says how rows become text."""

COMPLETION = Message(
    "TextCompletion",
    many(Scalar.STRING, Role.MUTABLE, "inputTemplate outputTemplate"),
    ("inputTemplate", "outputTemplate"),
)
CLASSIFICATION = Message(
    "TextClassification", many(Scalar.STRING, Role.MUTABLE, "text label"), ("text", "label")
)
CONVERSATION = Message("Conversation", many(Scalar.STRING, Role.MUTABLE, "jinjaTemplate"))
WEIGHTED = Message("WeightedDataset", many(Scalar.STRING, Role.MUTABLE, "dataset"), ("dataset",))

MESSAGE = Message(
    "FineTuningJob",
    (
        Field("name", Scalar.STRING, Role.OUTPUT),
        Field("createTime", Scalar.TIMESTAMP, Role.OUTPUT),
        Field("createdBy", Scalar.STRING, Role.OUTPUT),
        Field(
            "state",
            enum("STATE_UNSPECIFIED CREATING PENDING RUNNING COMPLETED FAILED DELETING"),
            Role.OUTPUT,
        ),
        Field("status", STATUS, Role.OUTPUT),
        Field("displayName", Scalar.STRING, check=shorter_than(64)),
        *many(Scalar.STRING, Role.IMMUTABLE, "dataset modelId baseModel"),
        Field("datasets", ListOf(WEIGHTED), Role.IMMUTABLE),
        Field("warmStartFrom", Scalar.STRING, Role.OUTPUT),
        Field("textCompletion", COMPLETION, Role.IMMUTABLE, sparse=True),
        Field("textClassification", CLASSIFICATION, Role.IMMUTABLE, sparse=True),
        Field("conversation", CONVERSATION, Role.IMMUTABLE, sparse=True),
        *(
            Field(name, Scalar.OBJECT, Role.IMMUTABLE, sparse=True)
            for name in ("legacyJob", "draftModelData", "draftModel", "genie")
        ),
        Field("epochs", Scalar.DOUBLE, Role.IMMUTABLE, between(0, 100)),
        Field("learningRate", Scalar.DOUBLE, Role.IMMUTABLE, between(0, 1)),
        Field("loraRank", Scalar.INT32, Role.IMMUTABLE, between(0, 32)),
        Field("loraTargetModules", ListOf(Scalar.STRING), Role.IMMUTABLE),
        Field("batchSize", Scalar.INT32, Role.IMMUTABLE, between(0, 1024)),
        Field("microBatchSize", Scalar.INT32, Role.IMMUTABLE, between(0, 2**31 - 1)),
        *many(Scalar.STRING, Role.IMMUTABLE, "maskToken padToken evaluationDataset"),
        Field("evaluation", Scalar.BOOL, Role.IMMUTABLE),
        Field("evaluationSplit", Scalar.DOUBLE, Role.IMMUTABLE, between(0, 1)),
        *many(Scalar.STRING, Role.IMMUTABLE, "wandbEntity wandbProject containerVersion"),
        Field("wandbApiKey", Scalar.STRING, Role.WRITE_ONLY),
        Field("wandbUrl", Scalar.STRING, Role.OUTPUT),
        Field("dependentJobs", ListOf(Scalar.STRING), Role.IMMUTABLE),
    ),
)


def check(platform: Platform, creation: Creation) -> None:
    """One kind, existing references, an output model that does not exist. Raises ApiError."""
    fields = creation.fields
    given = [name for name in KINDS if name in fields]
    if len(given) != 1:
        raise invalid(f"exactly one of {', '.join(KINDS[:4])} must be set")
    if bool(fields.get("dataset")) == bool(fields.get("datasets")):
        raise invalid("exactly one of dataset and datasets must be set")
    for holder in (fields, *fields.get("datasets", [])):
        check_dataset(platform, holder, "dataset")
    check_dataset(platform, fields, "evaluationDataset")
    if not fields.get("baseModel"):
        raise invalid("baseModel is required")
    check_base(platform, fields, "baseModel")
    # The guide: without model_id the service makes up a random one.
    fields["modelId"] = fields.get("modelId") or random_id()
    check_output(platform, full_name(fields["modelId"], platform.account, "models"), "modelId")


def created(platform: Platform, record: Record, _creation: Creation) -> None:
    """The job is on its way."""
    record.fields["createdBy"] = platform.email
    jobs.start(platform, record)


COLLECTION = Collection(
    segment="fineTuningJobs",
    noun="FineTuningJob",
    message=MESSAGE,
    id_from=IdFrom.QUERY,
    id_key="fineTuningJobId",
    check=check,
    created=created,
    delete=jobs.delete,
    arrival=jobs.arrival,
    post_reads=True,
)
