"""Deployment: a model served on GPUs of its own. It costs by the hour while replicas run."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from reconciler.kinds.checks import at_most_one, exactly_one
from reconciler.kinds.cost_rule import HourlyCost
from reconciler.kinds.field_rule import FieldClass, Shape, rules
from reconciler.kinds.identity import QueryId
from reconciler.kinds.kind import Kind, Problem, Readiness, Reference
from reconciler.kinds.manners import Manners

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from reconciler.kinds.source_facts import SourceFacts

_IN_PLACE = "changed in place: firectl deployment update lists it"
_UNPROVED = "PATCH accepts it, but nothing proves that the server applies it"

_RULES = (
    *rules(
        FieldClass.MUTABLE,
        _IN_PLACE,
        "acceleratorCount",
        "autoTune",
        "autoTune.longPrompt",
        "description",
        "directRouteType",
        "displayName",
        "draftTokenCount",
        "enableAddons",
        "enableMtp",
        "enableSessionAffinity",
        "maxContextLength",
        "maxReplicaCount",
        "minReplicaCount",
        "ngramSpeculationLength",
    ),
    *rules(FieldClass.MUTABLE, _IN_PLACE, "draftModel", shape=Shape.RESOURCE_NAME),
    *rules(
        FieldClass.MUTABLE,
        "changed in place; the server adds the shape's version",
        "deploymentShape",
        shape=Shape.VERSIONED_NAME,
    ),
    # The older proto marks it immutable, firectl and the build SDK change it.
    *rules(
        FieldClass.MUTABLE,
        "changed in place: firectl deployment update lists its windows",
        "autoscalingPolicy",
        "autoscalingPolicy.loadTargets",
    ),
    *rules(
        FieldClass.MUTABLE,
        "changed in place: firectl deployment update lists its windows",
        "autoscalingPolicy.scaleDownWindow",
        "autoscalingPolicy.scaleToZeroWindow",
        "autoscalingPolicy.scaleUpWindow",
        shape=Shape.DURATION,
    ),
    *rules(
        FieldClass.MUTABLE,
        "changed in place; deprecated: it no longer deletes anything",
        "expireTime",
        shape=Shape.TIMESTAMP,
    ),
    *rules(
        FieldClass.UNPROVED,
        _UNPROVED,
        "activeModelVersion",
        "disableDeploymentSizeValidation",
        "enableHotLoad",
        "enableHotReloadLatestAddon",
        "hotLoadBucketType",
        "hotLoadBucketUrl",
        "maxWithRevocableReplicaCount",
        "precision",
        "pricingPlanId",
        "targetModelVersion",
    ),
    *rules(
        FieldClass.IMMUTABLE,
        "other weights mean another deployment: the API fixes them at creation",
        "baseModel",
        shape=Shape.RESOURCE_NAME,
    ),
    *rules(
        FieldClass.IMMUTABLE,
        "another accelerator means another deployment: the build SDK refuses the change",
        "acceleratorType",
    ),
    *rules(
        FieldClass.IMMUTABLE,
        "its placement is fixed at creation",
        "placement",
        "placement.multiRegion",
        "placement.region",
    ),
    *rules(
        FieldClass.IMMUTABLE,
        "its placement is fixed at creation",
        "placement.regions",
        shape=Shape.UNORDERED,
    ),
    *rules(
        FieldClass.IMMUTABLE, "made from it: the API fixes it at creation", "deploymentTemplate"
    ),
    *rules(FieldClass.WRITE_ONLY, "secrets: never read back", "directRouteApiKeys"),
    *rules(
        FieldClass.CREATE_ONLY,
        "a parameter of the create call: counts at creation only",
        "acceptShapelessRisk",
        "disableAutoDeploy",
        "disableSpeculativeDecoding",
        "skipImageTagValidation",
    ),
    *rules(
        FieldClass.CREATE_ONLY,
        "a parameter of the create call and of every update: no part of the resource",
        "skipShapeValidation",
    ),
    *rules(
        FieldClass.COMPUTED,
        "set by the server",
        "cluster",
        "createTime",
        "deleteTime",
        "desiredReplicaCount",
        "directRouteHandle",
        "name",
        "numPeftDeviceCached",
        "purgeTime",
        "region",
        "replicaCount",
        "replicaStats",
        "state",
        "status",
        "updateTime",
    ),
)


def check(spec: Mapping[str, Any], _facts: SourceFacts | None) -> Iterator[Problem]:
    """What the schema cannot say: fields that exclude or need each other."""
    if "placement" in spec:
        yield from exactly_one(spec, "region", "multiRegion", "regions", below="placement")
    yield from at_most_one(spec, "deploymentTemplate", "autoTune")  # a oneof of the older proto
    yield from _check_shape(spec)
    yield from _check_replicas(spec)


def _check_shape(spec: Mapping[str, Any]) -> Iterator[Problem]:
    """SDK 1.2.28: always pass a shape; going without one excludes it."""
    if "deploymentShape" in spec and spec.get("acceptShapelessRisk"):
        yield Problem(
            ("spec", "acceptShapelessRisk"),
            "excludes deploymentShape: it asks for a deployment without one",
            hint="remove one of the two",
            code="conflicting-fields",
        )
    if not {"deploymentShape", "acceleratorType", "deploymentTemplate"} & spec.keys():
        yield Problem(
            ("spec",),
            "neither deploymentShape nor acceleratorType is given: most models need one",
            hint="deploymentShape: default lets the platform choose a validated shape",
            warning=True,
            code="no-shape",
        )


def _check_replicas(spec: Mapping[str, Any]) -> Iterator[Problem]:
    """No document says so, but a range that is empty cannot be meant."""
    low, high = spec.get("minReplicaCount"), spec.get("maxReplicaCount")
    if low is not None and high is not None and low > high:
        yield Problem(
            ("spec", "minReplicaCount"),
            f"is above maxReplicaCount, which is {high}",
            hint=f"raise maxReplicaCount to at least {low}",
            warning=True,
        )


KIND = Kind(
    name="Deployment",
    collection="deployments",
    identity=QueryId("deploymentId"),
    rules=_RULES,
    states=MappingProxyType(
        {
            "STATE_UNSPECIFIED": Readiness.UNKNOWN,
            "CREATING": Readiness.PENDING,
            "READY": Readiness.READY,
            "DELETING": Readiness.VANISHING,
            "FAILED": Readiness.FAILED,
            "UPDATING": Readiness.PENDING,
            "DELETED": Readiness.DELETED,
        }
    ),
    references=(Reference("baseModel", ("Model",)), Reference("draftModel", ("Model",))),
    paid=True,
    cost=HourlyCost(),
    secrets=("directRouteApiKeys[]",),
    manners=Manners(
        billing="by the hour while replicas run",
        vanishes="removed by the platform (7 idle days at 0 replicas)",
        dry_run="validateOnly",
        # The OpenAPI of PATCH lists the first as required; the second is a parameter of it too.
        repeated=("baseModel", "skipShapeValidation"),
        rolls_out=True,
        loss="traffic",
        purge="hard",
        delete_hint="a deployment that served within the last hour is not deleted: wait, then apply"
        " again; firectl can skip the check",
    ),
    check=check,
    docs="A model served on GPUs of its own: it costs by the hour while its replicas run. Deleting"
    " it is soft: the record keeps its id for a while.",
)
