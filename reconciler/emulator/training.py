"""Rules that every training job's create must pass, and what it will cost."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.emulator.errors import invalid
from reconciler.emulator.ids import check_id, full_name, last_part
from reconciler.emulator.schema import Check, Field, Message, Role, Scalar, between, many

if TYPE_CHECKING:
    from reconciler.emulator.decode import Json
    from reconciler.emulator.platform import Platform
    from reconciler.emulator.store import Record

LARGEST_RANK = 64


def multiple_of_16(value: object) -> str | None:
    """cookbook error-reference: a context length must be divisible by 16."""
    fine = isinstance(value, int) and value >= 0 and value % 16 == 0
    return None if fine else "must be divisible by 16"


def lora_rank(largest: int = LARGEST_RANK) -> Check:
    """0 (full parameter) or a power of two up to `largest`."""

    def check(value: object) -> str | None:
        fine = isinstance(value, int) and 0 <= value <= largest and value & (value - 1) == 0
        return None if fine else f"must be 0 or a power of two up to {largest}"

    return check


POSITIVE_OR_UNSET = between(0, 2**31 - 1)

HYPERPARAMETERS = (
    Field("learningRate", Scalar.DOUBLE, check=between(0, 0.1)),
    Field("epochs", Scalar.INT32, check=between(0, 100)),
    Field("loraRank", Scalar.INT32, check=lora_rank()),
    Field("maxContextLength", Scalar.INT32, check=multiple_of_16),
    *many(
        Scalar.INT32,
        Role.MUTABLE,
        "batchSize batchSizeSamples gradientAccumulationSteps learningRateWarmupSteps "
        "samplerCheckpointSaveIntervalSteps",
        POSITIVE_OR_UNSET,
    ),
    Field("optimizerWeightDecay", Scalar.DOUBLE),
    Field("jinjaTemplate", Scalar.STRING),
)
"""What SFT has at the top level and DPO and RFT have in trainingConfig."""

AWS_S3 = Message("AwsS3Config", many(Scalar.STRING, Role.MUTABLE, "credentialsSecret iamRoleArn"))
AZURE = Message(
    "AzureBlobStorageConfig",
    many(Scalar.STRING, Role.MUTABLE, "credentialsSecret managedIdentityClientId tenantId"),
)
WANDB = Message(
    "WandbConfig",
    (
        Field("enabled", Scalar.BOOL),
        *many(Scalar.STRING, Role.MUTABLE, "apiKey project entity runId url"),
    ),
)
PROGRESS = Message(
    "JobProgress",
    many(
        Scalar.INT32,
        Role.OUTPUT,
        "percent epoch totalInputRequests totalProcessedRequests successfullyProcessedRequests "
        "failedRequests outputRows inputTokens outputTokens cachedInputTokenCount",
    ),
)


def check_training(platform: Platform, training: Json, default_output: str) -> None:
    """Base model and output model of a job. Raises ApiError and normalises the names in place.

    training: where baseModel, warmStartFrom and outputModel stand. default_output: the job's id.
    """
    given = [name for name in ("baseModel", "warmStartFrom") if training.get(name)]
    if len(given) != 1:
        raise invalid("exactly one of baseModel and warmStartFrom must be set")
    check_base(platform, training, given[0])
    output = full_name(training.get("outputModel") or default_output, platform.account, "models")
    check_output(platform, output, "outputModel")
    training["outputModel"] = output


def check_base(platform: Platform, training: Json, field: str) -> None:
    """The model that training begins from exists, is READY and can be trained."""
    model = platform.reference(training[field], "models", ready=True)
    training[field] = model.name
    kind = model.fields.get("kind")
    if field == "warmStartFrom" and kind != "HF_PEFT_ADDON":
        raise invalid(f"warmStartFrom: {model.name} is no LoRA addon")
    if field == "baseModel" and (kind != "HF_BASE_MODEL" or model.fields.get("tunable") is False):
        raise invalid(f"{model.name}: model is not supported for fine-tuning")


def check_output(platform: Platform, name: str, field: str) -> None:
    """secure-fine-tuning docs: the output model must not exist."""
    prefix = f"accounts/{platform.account}/models/"
    if not name.startswith(prefix):
        raise invalid(f"{field} must be a model of accounts/{platform.account}")
    check_id(name[len(prefix) :], field)
    if platform.store.find(name) is not None:
        raise invalid(f"{field}: model {name} already exists")


def check_dataset(platform: Platform, fields: Json, key: str) -> None:
    """A dataset reference, made a full name in place; it must be READY."""
    if fields.get(key):
        fields[key] = platform.reference(fields[key], "datasets", ready=True).name


def check_secrets(fields: Json) -> None:
    """BYOB credentials come in one form or the other (fact sheet 14.3)."""
    aws, azure = fields.get("awsS3Config", {}), fields.get("azureBlobStorageConfig", {})
    if aws.get("credentialsSecret") and aws.get("iamRoleArn"):
        raise invalid("awsS3Config: only one of credentialsSecret and iamRoleArn may be set")
    if azure.get("credentialsSecret") and azure.get("managedIdentityClientId"):
        raise invalid(
            "azureBlobStorageConfig: only one of credentialsSecret and managedIdentityClientId "
            "may be set"
        )


def estimated_cost(platform: Platform, record: Record) -> Json:
    """Tokens times epochs times the rate of the options, as a google.type.Money."""
    dataset = platform.store.find(str(record.fields.get("dataset", "")))
    tokens = int(dataset.fields.get("estimatedTokenCount", "0")) if dataset else 0
    epochs = int(record.fields.get("epochs") or 1)
    rate = platform.options.training_usd_per_million_tokens
    nanos = round(tokens * epochs * rate * 1000)
    return {"currencyCode": "USD", "units": str(nanos // 10**9), "nanos": nanos % 10**9}


def job_id(record: Record) -> str:
    """The id at the end of a job's name."""
    return last_part(record.name)
