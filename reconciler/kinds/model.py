"""Model: weights in the account, uploaded from a folder or made by a job."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from reconciler.kinds.checks import derived_by_hand, pin_of_a_folder
from reconciler.kinds.field_rule import FieldClass, Shape, rules
from reconciler.kinds.identity import BodyId
from reconciler.kinds.kind import ContentRule, Kind, Problem, Readiness, Reference
from reconciler.kinds.model_files import check_files

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from reconciler.kinds.source_facts import SourceFacts

_NEEDED: Mapping[str, tuple[str, ...]] = {
    "HF_BASE_MODEL": ("baseModelDetails",),
    "HF_PEFT_ADDON": ("peftDetails",),
    "HF_TEFT_ADDON": ("peftDetails", "teftDetails"),
}
"""Create-model docs: the details that a kind requires."""

_RULES = (
    *rules(
        FieldClass.MUTABLE,
        "changed in place: firectl model update lists it",
        "defaultDraftTokenCount",
        "description",
        "displayName",
        "githubUrl",
        "huggingFaceUrl",
        "public",
        "supportsImageInput",
        "supportsTools",
    ),
    *rules(
        FieldClass.MUTABLE,
        "changed in place: firectl model update lists it",
        "defaultDraftModel",
        shape=Shape.RESOURCE_NAME,
    ),
    *rules(
        FieldClass.UNPROVED,
        "PATCH accepts it, but nothing proves that the server applies it",
        "contextLength",
        "deprecationDate",
        "deprecationDate.day",
        "deprecationDate.month",
        "deprecationDate.year",
        "supportsLora",
        "trainingContextLength",
        "useHfApplyChatTemplate",
    ),
    *rules(
        FieldClass.IMMUTABLE,
        "the weights were read as this kind: the API fixes it at creation",
        "kind",
        "baseModelDetails",
        "baseModelDetails.checkpointFormat",
        "baseModelDetails.supportsFireattention",
        "baseModelDetails.supportsMtp",
        "baseModelDetails.tunable",
        "baseModelDetails.worldSize",
        "conversationConfig",
        "conversationConfig.style",
        "conversationConfig.system",
        "conversationConfig.template",
        "peftDetails",
        "peftDetails.r",
        "snapshotType",
        "teftDetails",
    ),
    *rules(
        FieldClass.IMMUTABLE,
        "other files mean other weights: the API fixes them at creation",
        "baseModelDetails.huggingfaceFiles",
        shape=Shape.UNORDERED,
    ),
    *rules(
        FieldClass.IMMUTABLE,
        "the adapter was trained for these layers: the API fixes them at creation",
        "peftDetails.targetModules",
        shape=Shape.UNORDERED,
    ),
    *rules(
        FieldClass.IMMUTABLE,
        "the adapter was trained on that model: the API fixes it at creation",
        "peftDetails.baseModel",
        "peftDetails.mergeAddonModelName",
        shape=Shape.RESOURCE_NAME,
    ),
    *rules(
        FieldClass.CREATE_ONLY,
        "counts at creation only: the customer's own cluster",
        "cluster",
        shape=Shape.RESOURCE_NAME,
        place="body",
    ),
    *rules(
        FieldClass.COMPUTED,
        "the server reads it from the weights",
        "baseModelDetails.defaultPrecision",
        "baseModelDetails.modelType",
        "baseModelDetails.moe",
        "baseModelDetails.parameterCount",
        "calibrated",
        "defaultSamplingParams",
        "peftDetails.baseModelType",
        "rlFullParameterTunable",
        "rlLoraTunable",
        "rlTunable",
        "supervisedFullParameterTunable",
        "supervisedLoraTunable",
        "supportedPrecisions",
        "supportedPrecisionsWithCalibration",
        "supportsServerless",
        "tunable",
        "useTrainingV2",
    ),
    *rules(
        FieldClass.COMPUTED,
        "set by the server",
        "createTime",
        "deployedModelRefs",
        "fineTuningJob",
        "importedFrom",
        "name",
        "state",
        "status",
        "updateTime",
    ),
)


def derive(spec: Mapping[str, Any], facts: SourceFacts | None) -> Mapping[str, Any]:
    """The upload guide's create call names every file of a base model."""
    if facts is None or spec.get("kind") != "HF_BASE_MODEL":
        return spec
    details = {**spec.get("baseModelDetails", {}), "huggingfaceFiles": sorted(facts.sizes)}
    return {**spec, "baseModelDetails": details}


def check(spec: Mapping[str, Any], facts: SourceFacts | None) -> Iterator[Problem]:
    """What the schema cannot say: which details a kind needs, and which files."""
    yield from _check_details(spec)
    if "defaultDraftModel" in spec and "defaultDraftTokenCount" not in spec:
        yield Problem(
            ("spec", "defaultDraftModel"),
            "needs defaultDraftTokenCount as well",
            hint="add defaultDraftTokenCount",
            code="missing-field",
        )
    if "source" in spec:
        yield from derived_by_hand(spec, "baseModelDetails.huggingfaceFiles")
        yield from pin_of_a_folder(spec, facts)
        yield from _check_upload(spec)
        yield from check_files(spec, facts)


def _check_details(spec: Mapping[str, Any]) -> Iterator[Problem]:
    """Create-model docs: details belong to one kind and must not be set for another."""
    kind = spec.get("kind")
    for details, owner in (("baseModelDetails", "HF_BASE_MODEL"), ("teftDetails", "HF_TEFT_ADDON")):
        if details in spec and kind not in (None, owner):
            yield Problem(
                ("spec", details),
                f"belongs to kind {owner}, but kind is {kind}",
                hint=f"remove {details} or set kind: {owner}",
                code="conflicting-fields",
            )


def _check_upload(spec: Mapping[str, Any]) -> Iterator[Problem]:
    """What a record needs before bytes can follow it."""
    kind = spec.get("kind")
    if kind is None:
        yield Problem(
            ("spec",),
            "kind is missing: the platform would treat the weights as an adapter, for good",
            hint="add kind: HF_BASE_MODEL, or kind: HF_PEFT_ADDON for an adapter",
            code="missing-field",
        )
    for details in _NEEDED.get(str(kind), ()):
        if details not in spec:
            yield Problem(
                ("spec",), f"{details} is missing: kind {kind} needs it", code="missing-field"
            )


KIND = Kind(
    name="Model",
    collection="models",
    identity=BodyId("modelId", "model"),
    rules=_RULES,
    states=MappingProxyType(
        {
            "STATE_UNSPECIFIED": Readiness.UNKNOWN,
            "UPLOADING": Readiness.PENDING,
            "READY": Readiness.READY,
        }
    ),
    references=(
        Reference("peftDetails.baseModel", ("Model",)),
        Reference("peftDetails.mergeAddonModelName", ("Model",)),
        Reference("defaultDraftModel", ("Model",)),
    ),
    content=ContentRule(validate_method="GET", resumable=True, needs_source=True),
    used_by=("deployedModelRefs",),
    publishes="public",
    protected=True,
    content_hash=True,
    derive=derive,
    check=check,
    docs="Weights: a base model or an adapter uploaded from a folder, or what a job made.",
)
