"""The fields of a deployment."""

from __future__ import annotations

from reconciler.emulator.resources.shared import OUTPUTS, PRECISION, REGION
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

ACCELERATOR = enum(
    "ACCELERATOR_TYPE_UNSPECIFIED NVIDIA_A100_80GB NVIDIA_H100_80GB AMD_MI300X_192GB "
    "NVIDIA_A10G_24GB NVIDIA_A100_40GB NVIDIA_L4_24GB NVIDIA_H200_141GB NVIDIA_B200_180GB "
    "AMD_MI325X_256GB AMD_MI350X_288GB"
)
POLICY = Message(
    "AutoscalingPolicy",
    (
        *many(Scalar.DURATION, Role.MUTABLE, "scaleUpWindow scaleDownWindow scaleToZeroWindow"),
        Field("loadTargets", MapOf(Scalar.DOUBLE)),
    ),
)
PLACEMENT = Message(
    "Placement",
    (
        Field("region", REGION, sparse=True),
        Field("multiRegion", enum("MULTI_REGION_UNSPECIFIED GLOBAL US EUROPE APAC"), sparse=True),
        Field("regions", ListOf(REGION)),
    ),
)
STATS = Message(
    "ReplicaStats",
    many(
        Scalar.INT32,
        Role.OUTPUT,
        "pendingSchedulingReplicaCount downloadingModelReplicaCount initializingReplicaCount "
        "readyReplicaCount",
    ),
)

MESSAGE = Message(
    "Deployment",
    (
        *OUTPUTS,
        *many(Scalar.TIMESTAMP, Role.OUTPUT, "deleteTime purgeTime"),
        Field("expireTime", Scalar.TIMESTAMP),
        Field(
            "state",
            enum("STATE_UNSPECIFIED CREATING READY DELETING FAILED UPDATING DELETED"),
            Role.OUTPUT,
        ),
        Field("displayName", Scalar.STRING, check=shorter_than(64)),
        Field("description", Scalar.STRING, check=shorter_than(1000)),
        *many(Scalar.STRING, Role.IMMUTABLE, "baseModel deploymentTemplate"),
        Field("placement", PLACEMENT, Role.IMMUTABLE),
        *many(
            Scalar.STRING,
            Role.MUTABLE,
            "deploymentShape draftModel hotLoadBucketUrl pricingPlanId activeModelVersion "
            "targetModelVersion",
        ),
        Field("acceleratorType", ACCELERATOR),
        Field("precision", PRECISION),
        *many(
            Scalar.INT32,
            Role.MUTABLE,
            "acceleratorCount draftTokenCount ngramSpeculationLength maxContextLength "
            "maxWithRevocableReplicaCount",
        ),
        *many(Scalar.INT32, Role.MUTABLE, "minReplicaCount maxReplicaCount", between(0, 1000)),
        Field("autoscalingPolicy", POLICY),
        Field("autoTune", Message("AutoTune", (Field("longPrompt", Scalar.BOOL),))),
        *many(
            Scalar.BOOL,
            Role.MUTABLE,
            "disableDeploymentSizeValidation enableAddons enableHotLoad "
            "enableHotReloadLatestAddon enableMtp enableSessionAffinity",
        ),
        Field("directRouteApiKeys", ListOf(Scalar.STRING)),
        Field(
            "directRouteType",
            enum(
                "DIRECT_ROUTE_TYPE_UNSPECIFIED INTERNET GCP_PRIVATE_SERVICE_CONNECT AWS_PRIVATELINK"
            ),
        ),
        Field("hotLoadBucketType", enum("BUCKET_TYPE_UNSPECIFIED MINIO S3 NEBIUS FW_HOSTED")),
        *many(Scalar.STRING, Role.OUTPUT, "cluster directRouteHandle"),
        *many(Scalar.INT32, Role.OUTPUT, "desiredReplicaCount numPeftDeviceCached replicaCount"),
        Field("region", REGION, Role.OUTPUT),
        Field("replicaStats", STATS, Role.OUTPUT),
    ),
)
SCALE = Message("ScaleDeploymentRequest", (Field("replicaCount", Scalar.INT32),))
