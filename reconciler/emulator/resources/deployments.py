"""Deployments: GPUs by the hour, scaled, updated, deleted softly."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.emulator.clock import rfc3339
from reconciler.emulator.encode import encode
from reconciler.emulator.errors import failed_precondition, invalid
from reconciler.emulator.lifecycle import GONE, schedule
from reconciler.emulator.operations import remove
from reconciler.emulator.resources.collection import Collection, Creation, IdFrom, Verb
from reconciler.emulator.resources.deployment_fields import MESSAGE, SCALE
from reconciler.emulator.resources.shared import status
from reconciler.emulator.schema import Message

if TYPE_CHECKING:
    from reconciler.emulator.call import Call
    from reconciler.emulator.decode import Json
    from reconciler.emulator.platform import Platform
    from reconciler.emulator.store import Record

KEPT_SECONDS = 7 * 24 * 3600
"""How long a soft-deleted deployment keeps its id."""
EMPTY = Message("UndeleteDeploymentRequest", ())


def check(platform: Platform, creation: Creation) -> None:
    """A READY model, a shape or an accelerator, sane replica counts. Raises ApiError."""
    fields = creation.fields
    if not fields.get("baseModel"):
        raise invalid("baseModel is required")
    model = platform.reference(fields["baseModel"], "models", ready=True)
    fields["baseModel"] = model.name
    shaped = fields.get("deploymentShape") or fields.get("acceleratorType")
    if not shaped and model.fields.get("kind") != "EMBEDDING_MODEL":
        raise invalid("accelerator_type must be specified for non-embeddings engines")
    fill(fields, model.fields)
    _check_replicas(fields)


def fill(fields: Json, model: Json) -> None:
    """Server defaults, as `validateOnly` shows them."""
    fields.setdefault("minReplicaCount", 0)
    fields.setdefault("maxReplicaCount", max(fields["minReplicaCount"], 1))
    fields.setdefault("acceleratorCount", 1)
    fields.setdefault("precision", (model.get("supportedPrecisions") or ["FP16"])[0])
    windows = {"scaleUpWindow": "30s", "scaleDownWindow": "600s", "scaleToZeroWindow": "3600s"}
    fields["autoscalingPolicy"] = {**windows, **fields.get("autoscalingPolicy", {})}
    if fields.get("deploymentShape"):
        fields["deploymentShape"] = versioned(fields["deploymentShape"])
    if not fields.get("acceleratorType"):
        fields["acceleratorType"] = "NVIDIA_H100_80GB"


def versioned(shape: str) -> str:
    """The service stores a shape with its version; `default` picks a validated one."""
    name = "accounts/fireworks/deploymentShapes/default-shape" if shape == "default" else shape
    return name if "/versions/" in name else f"{name}/versions/v1"


def _check_replicas(fields: Json) -> None:
    low, high = fields.get("minReplicaCount", 0), fields.get("maxReplicaCount", 0)
    if low > high:
        raise invalid("minReplicaCount must not be greater than maxReplicaCount")
    if fields.get("draftModel") and fields.get("ngramSpeculationLength"):
        raise invalid("only one of draftModel and ngramSpeculationLength may be set")


def preview(platform: Platform, creation: Creation) -> Json | None:
    """validateOnly: the deployment that would be, and nothing stored."""
    if not creation.call.flag("validateOnly"):
        return None
    now = platform.stamps.next()
    times = {"name": creation.name, "createTime": now, "updateTime": now}
    return encode(MESSAGE, {**creation.fields, **times, "state": "CREATING"})


def created(platform: Platform, record: Record, _creation: Creation) -> None:
    """CREATING, then READY with its replicas."""
    record.fields.update({"status": status("OK"), "region": _region(record.fields)})
    record.fields["state"] = "CREATING"
    _settle(platform, record)


def _region(fields: Json) -> str:
    placement = fields.get("placement", {})
    chosen = placement.get("region") or (placement.get("regions") or ["US_IOWA_1"])[0]
    return str(chosen)


def _settle(platform: Platform, record: Record) -> None:
    wanted = min(max(record.fields["minReplicaCount"], 1), record.fields["maxReplicaCount"])
    counts = {"desiredReplicaCount": wanted, "replicaCount": wanted}
    ready = {**counts, "replicaStats": {"readyReplicaCount": wanted}}
    schedule(platform, record, [(platform.options.deployment_seconds, "READY", ready)])


def check_update(platform: Platform, record: Record, fields: Json) -> None:
    """24-13: another accelerator type is another deployment. Raises ApiError."""
    if record.fields.get("state") in ("DELETING", "DELETED", "FAILED"):
        raise failed_precondition(f"{record.name} is {record.fields['state']}")
    if fields.get("acceleratorType") != record.fields.get("acceleratorType"):
        raise failed_precondition("acceleratorType cannot be changed")
    model = platform.store.find(fields["baseModel"])
    fill(fields, model.fields if model else {})
    _check_replicas(fields)


def updated(platform: Platform, record: Record, _call: Call) -> None:
    """UPDATING, then READY again."""
    record.fields["state"] = "UPDATING"
    _settle(platform, record)


def scale(platform: Platform, record: Record, call: Call) -> Json:
    """Set the replica count once."""
    count = call.decode(SCALE).get("replicaCount", 0)
    if count > record.fields.get("maxReplicaCount", 0):
        raise invalid("replicaCount is above maxReplicaCount")
    record.fields.update({"desiredReplicaCount": count, "replicaCount": count})
    platform.touch(record)
    return {}


def delete(platform: Platform, record: Record, call: Call) -> None:
    """Soft, unless `hard`; refused while LoRAs are loaded or, unless `ignoreChecks`, served."""
    if any(d.fields.get("deployment") == record.name for d in platform.loaded()):
        raise failed_precondition(f"{record.name} has deployed models")
    if record.meta.get("traffic") and not call.flag("ignoreChecks"):
        raise failed_precondition("recent traffic: pass --ignore-checks to skip this check")
    if call.flag("hard"):
        remove(platform, record)
        return
    now = platform.clock.now()
    times = {
        "deleteTime": rfc3339(int(now * 1e6)),
        "purgeTime": rfc3339(int((now + KEPT_SECONDS) * 1e6)),
        "replicaCount": 0,
        "desiredReplicaCount": 0,
    }
    record.fields["state"] = "DELETING"
    platform.touch(record)
    end: tuple[float, str, Json] = (float(KEPT_SECONDS), GONE, {})
    schedule(platform, record, [(platform.options.deployment_seconds, "DELETED", times), end])


def undelete(platform: Platform, record: Record, call: Call) -> Json:
    """Bring a soft-deleted deployment back. Raises ApiError (400, code 9)."""
    call.decode(EMPTY)
    if record.fields.get("state") != "DELETED":
        raise failed_precondition(f"{record.name} is not deleted")
    for key in ("deleteTime", "purgeTime"):
        record.fields.pop(key, None)
    record.fields["state"] = "CREATING"
    platform.touch(record)
    _settle(platform, record)
    return encode(MESSAGE, record.fields)


def listed(_platform: Platform, record: Record, call: Call) -> bool:
    """Deleted ones only with showDeleted."""
    return record.fields.get("state") != "DELETED" or call.flag("showDeleted")


COLLECTION = Collection(
    segment="deployments",
    noun="Deployment",
    message=MESSAGE,
    id_from=IdFrom.QUERY,
    id_key="deploymentId",
    order="create_time",
    check=check,
    preview=preview,
    created=created,
    check_update=check_update,
    updated=updated,
    delete=delete,
    listed=listed,
    verbs={"scale": Verb("PATCH", scale), "undelete": Verb("POST", undelete)},
)
