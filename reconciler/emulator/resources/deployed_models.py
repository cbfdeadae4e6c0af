"""LoRAs loaded on a deployment; the server chooses the id."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.emulator.errors import already_exists, failed_precondition, invalid
from reconciler.emulator.lifecycle import GONE, schedule
from reconciler.emulator.operations import remove
from reconciler.emulator.resources.collection import Collection, Creation, IdFrom
from reconciler.emulator.resources.shared import OUTPUTS, status
from reconciler.emulator.schema import Field, Message, Role, Scalar, enum, many, shorter_than

if TYPE_CHECKING:
    from reconciler.emulator.call import Call
    from reconciler.emulator.platform import Platform
    from reconciler.emulator.store import Record

MESSAGE = Message(
    "DeployedModel",
    (
        *OUTPUTS,
        Field(
            "state", enum("STATE_UNSPECIFIED UNDEPLOYING DEPLOYING DEPLOYED UPDATING"), Role.OUTPUT
        ),
        Field("displayName", Scalar.STRING, check=shorter_than(64)),
        Field("description", Scalar.STRING, check=shorter_than(1000)),
        *many(Scalar.BOOL, Role.MUTABLE, "default public"),
        *many(Scalar.STRING, Role.IMMUTABLE, "model deployment"),
        Field("serverless", Scalar.BOOL, Role.IMMUTABLE),
    ),
    required=(),
)


def check(platform: Platform, creation: Creation) -> None:
    """An adapter, a deployment that takes adapters, not loaded there yet. Raises ApiError."""
    fields = creation.fields
    if not fields.get("model") or not fields.get("deployment"):
        raise invalid("model and deployment are required")
    if fields.get("serverless"):
        raise invalid("serverless LoRA is not supported")
    model = platform.reference(fields["model"], "models", ready=True)
    deployment = platform.reference(fields["deployment"], "deployments")
    hot = deployment.fields.get("enableHotReloadLatestAddon")
    if not hot and not deployment.fields.get("enableAddons"):
        raise invalid(f"{deployment.name} does not have addons enabled")
    if hot and not creation.call.flag("replaceMergedAddon"):
        raise invalid("replace_merged_addon must be set for hot reload deployments")
    fields["model"], fields["deployment"] = model.name, deployment.name
    twins = [d for d in platform.store.segment("deployedModels") if _twin(d, creation)]
    if twins and platform.options.lora_loaded_409:
        raise already_exists(f"{model.name} already deployed: it")
    if twins:
        raise failed_precondition(f"{model.name} is already deployed")


def _twin(record: Record, creation: Creation) -> bool:
    return all(record.fields.get(k) == creation.fields[k] for k in ("model", "deployment"))


def created(platform: Platform, record: Record, creation: Creation) -> None:
    """It answers before it serves; the first of a model is its default. With
    `replaceMergedAddon` whatever was loaded there before goes."""
    if creation.call.flag("replaceMergedAddon"):
        for other in list(platform.store.segment("deployedModels")):
            same = other.fields.get("deployment") == record.fields["deployment"]
            if same and other is not record:
                platform.remove(other)
    others = [d for d in platform.store.segment("deployedModels") if d is not record]
    if not any(d.fields.get("model") == record.fields["model"] for d in others):
        record.fields["default"] = True
    record.fields.update({"state": "DEPLOYING", "status": status("OK")})
    schedule(platform, record, [(platform.options.deployment_seconds, "DEPLOYED", {})])
    _only_default(platform, record)


def updated(platform: Platform, record: Record, _call: Call) -> None:
    """A new default takes the place of the old one."""
    _only_default(platform, record)


def _only_default(platform: Platform, record: Record) -> None:
    if not record.fields.get("default"):
        return
    for other in platform.store.segment("deployedModels"):
        same = other.fields.get("model") == record.fields.get("model")
        if same and other is not record and other.fields.get("default"):
            other.fields["default"] = False
            platform.touch(other)


def delete(platform: Platform, record: Record, _call: Call) -> None:
    """Unload: only from DEPLOYED. Raises ApiError."""
    if record.fields.get("state") != "DEPLOYED":
        raise failed_precondition(f"{record.name} is {record.fields.get('state')}")
    if not platform.options.deployment_seconds:
        remove(platform, record)
        return
    record.fields["state"] = "UNDEPLOYING"
    platform.touch(record)
    schedule(platform, record, [(platform.options.deployment_seconds, GONE, {})])


COLLECTION = Collection(
    segment="deployedModels",
    noun="DeployedModel",
    message=MESSAGE,
    id_from=IdFrom.SERVER,
    check=check,
    created=created,
    updated=updated,
    delete=delete,
)
