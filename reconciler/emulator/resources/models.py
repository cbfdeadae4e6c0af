"""Models: base models and adapters, uploaded in steps or written by jobs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.emulator import models_upload
from reconciler.emulator.errors import failed_precondition, invalid
from reconciler.emulator.operations import remove
from reconciler.emulator.resources.catalogue import seed_models
from reconciler.emulator.resources.collection import Collection, Creation, IdFrom, Verb
from reconciler.emulator.resources.shared import OUTPUTS, PRECISION, status
from reconciler.emulator.schema import (
    Field,
    ListOf,
    MapOf,
    Message,
    Role,
    Scalar,
    between,
    enum,
    many,
    shorter_than,
)

if TYPE_CHECKING:
    from reconciler.emulator.call import Call
    from reconciler.emulator.decode import Json
    from reconciler.emulator.platform import Platform
    from reconciler.emulator.store import Record

KIND = enum(
    "KIND_UNSPECIFIED HF_BASE_MODEL HF_PEFT_ADDON HF_TEFT_ADDON FLUMINA_BASE_MODEL FLUMINA_ADDON "
    "DRAFT_ADDON FIRE_AGENT LIVE_MERGE CUSTOM_MODEL EMBEDDING_MODEL SNAPSHOT_MODEL"
)
CHECKPOINT = enum("CHECKPOINT_FORMAT_UNSPECIFIED NATIVE HUGGINGFACE UNINITIALIZED")

BASE_DETAILS = Message(
    "BaseModelDetails",
    (
        Field("worldSize", Scalar.INT32),
        Field("checkpointFormat", CHECKPOINT),
        Field("huggingfaceFiles", ListOf(Scalar.STRING)),
        *many(Scalar.STRING, Role.OUTPUT, "modelType"),
        Field("parameterCount", Scalar.INT64, Role.OUTPUT),
        *many(Scalar.BOOL, Role.MUTABLE, "moe tunable supportsFireattention supportsMtp"),
        Field("defaultPrecision", PRECISION, Role.OUTPUT),
    ),
)
PEFT_DETAILS = Message(
    "PeftDetails",
    (
        Field("baseModel", Scalar.STRING),
        Field("r", Scalar.INT32, check=between(4, 64)),
        Field("targetModules", ListOf(Scalar.STRING)),
        Field("mergeAddonModelName", Scalar.STRING),
        Field("baseModelType", Scalar.STRING, Role.OUTPUT),
    ),
    required=("baseModel", "r", "targetModules"),
)
CONVERSATION = Message(
    "ConversationConfig", many(Scalar.STRING, Role.MUTABLE, "style system template"), ("style",)
)
DATE = Message("Date", many(Scalar.INT32, Role.MUTABLE, "year month day"))
DEPLOYED_REF = Message(
    "DeployedModelRef",
    (
        *many(Scalar.STRING, Role.OUTPUT, "name deployment"),
        Field(
            "state", enum("STATE_UNSPECIFIED UNDEPLOYING DEPLOYING DEPLOYED UPDATING"), Role.OUTPUT
        ),
        *many(Scalar.BOOL, Role.OUTPUT, "default public"),
    ),
)

MESSAGE = Message(
    "Model",
    (
        *OUTPUTS,
        Field("kind", KIND, Role.IMMUTABLE),
        Field("state", enum("STATE_UNSPECIFIED UPLOADING READY"), Role.OUTPUT),
        Field("displayName", Scalar.STRING, check=shorter_than(64)),
        Field("description", Scalar.STRING, check=shorter_than(1000)),
        *many(Scalar.STRING, Role.MUTABLE, "githubUrl huggingFaceUrl defaultDraftModel"),
        *many(Scalar.BOOL, Role.MUTABLE, "public supportsImageInput supportsTools supportsLora"),
        Field("useHfApplyChatTemplate", Scalar.BOOL),
        *many(
            Scalar.INT32,
            Role.MUTABLE,
            "defaultDraftTokenCount contextLength trainingContextLength",
        ),
        Field("deprecationDate", DATE),
        Field("baseModelDetails", BASE_DETAILS, Role.IMMUTABLE),
        Field("peftDetails", PEFT_DETAILS, Role.IMMUTABLE),
        Field("teftDetails", Scalar.OBJECT, Role.IMMUTABLE),
        Field("conversationConfig", CONVERSATION, Role.IMMUTABLE),
        Field(
            "snapshotType",
            enum("FULL_SNAPSHOT INCREMENTAL_SNAPSHOT"),
            Role.IMMUTABLE,
            sparse=True,
        ),
        *many(Scalar.STRING, Role.OUTPUT, "cluster fineTuningJob importedFrom"),
        *many(
            Scalar.BOOL,
            Role.OUTPUT,
            "calibrated tunable rlTunable supportsServerless supervisedLoraTunable "
            "supervisedFullParameterTunable rlLoraTunable rlFullParameterTunable useTrainingV2",
        ),
        *many(
            ListOf(PRECISION), Role.OUTPUT, "supportedPrecisions supportedPrecisionsWithCalibration"
        ),
        Field("defaultSamplingParams", MapOf(Scalar.DOUBLE), Role.OUTPUT),
        Field("deployedModelRefs", ListOf(DEPLOYED_REF), Role.OUTPUT),
    ),
)

CREATE = Message(
    "CreateModelRequest", many(Scalar.STRING, Role.MUTABLE, "modelId cluster"), ("modelId",)
)


def check(platform: Platform, creation: Creation) -> None:
    """kind decides which details must and must not be given. Raises ApiError."""
    fields = creation.fields
    # create-model docs: the default is an adapter, whatever the details say.
    if fields.get("kind") in (None, "KIND_UNSPECIFIED"):
        fields["kind"] = "HF_PEFT_ADDON"
    kind = fields["kind"]
    _demand(fields, "baseModelDetails", kind == "HF_BASE_MODEL", kind)
    _demand(fields, "peftDetails", kind in ("HF_PEFT_ADDON", "HF_TEFT_ADDON"), kind)
    _demand(fields, "teftDetails", kind == "HF_TEFT_ADDON", kind)
    if "peftDetails" in fields:
        platform.reference(fields["peftDetails"]["baseModel"], "models")
    _check_draft(fields)


def _demand(fields: Json, name: str, wanted: bool, kind: str) -> None:
    if wanted and name not in fields:
        raise invalid(f"{name} is required for a model of kind {kind}")
    if not wanted and name in fields:
        raise invalid(f"{name} must not be set for a model of kind {kind}")


def _check_draft(fields: Json) -> None:
    if fields.get("defaultDraftModel") and not fields.get("defaultDraftTokenCount"):
        raise invalid("defaultDraftTokenCount is required when defaultDraftModel is set")


def check_update(_platform: Platform, _record: Record, fields: Json) -> None:
    """Rules between fields hold after an update too. Raises ApiError."""
    _check_draft(fields)


def created(_platform: Platform, record: Record, creation: Creation) -> None:
    """A new model waits for its bytes."""
    record.fields["state"] = "UPLOADING"
    record.fields["status"] = status("OK")
    if creation.request.get("cluster"):
        record.fields["cluster"] = creation.request["cluster"]
    if "baseModelDetails" in record.fields:
        record.fields["baseModelDetails"].setdefault("worldSize", 1)


def existing(platform: Platform, record: Record, _creation: Creation) -> Record | None:
    """24-1: 409, or by option the untouched model."""
    return record if platform.options.existing_model_answers_200 else None


def delete(platform: Platform, record: Record, _call: Call) -> None:
    """Refused while a deployment serves the model. Raises ApiError."""
    deployed = [d for d in platform.loaded() if _loads(d, record)]
    serving = [d for d in platform.store.segment("deployments") if _serves(d, record)]
    if deployed or serving:
        raise failed_precondition("model has active deployments")
    remove(platform, record)


def _loads(deployed: Record, model: Record) -> bool:
    return deployed.fields.get("model") == model.name


def _serves(deployment: Record, model: Record) -> bool:
    gone = deployment.fields.get("state") in ("DELETED", "DELETING", "FAILED")
    return deployment.fields.get("baseModel") == model.name and not gone


def shown(platform: Platform, record: Record, row: Json) -> Json:
    """Only a single GET says where the model is loaded (fact sheet 3.2)."""
    loaded = [d.fields for d in platform.loaded() if _loads(d, record)]
    keys = ("name", "deployment", "state", "default", "public")
    row["deployedModelRefs"] = [
        {k: d.get(k, k in keys[3:] and False) for k in keys} for d in loaded
    ]
    return row


COLLECTION = Collection(
    segment="models",
    noun="Model",
    message=MESSAGE,
    id_from=IdFrom.BODY,
    id_key="modelId",
    wrapper="model",
    extras=CREATE,
    check=check,
    existing=existing,
    created=created,
    check_update=check_update,
    delete=delete,
    shown=shown,
    seeds=seed_models,
    verbs={
        "getUploadEndpoint": Verb("POST", models_upload.get_upload_endpoint),
        "validateUpload": Verb("GET", models_upload.validate_upload),
        "getDownloadEndpoint": Verb("GET", models_upload.get_download_endpoint),
        "prepare": Verb("POST", models_upload.prepare),
    },
)
