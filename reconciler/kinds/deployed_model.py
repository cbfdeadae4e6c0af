"""DeployedModel: an adapter loaded on a deployment. The server names it: (model, deployment) is
what it is."""

from __future__ import annotations

from types import MappingProxyType

from reconciler.kinds.field_rule import FieldClass, Shape, rules
from reconciler.kinds.identity import NaturalKey
from reconciler.kinds.kind import Kind, Readiness, Reference
from reconciler.kinds.manners import Displacement, Manners

_RULES = (
    *rules(
        FieldClass.MUTABLE,
        "changed in place: firectl deployed-model update lists it",
        "default",
        "description",
        "displayName",
        "public",
    ),
    *rules(
        FieldClass.IMMUTABLE,
        "another pair of model and deployment is another load",
        "deployment",
        "model",
        shape=Shape.RESOURCE_NAME,
    ),
    *rules(FieldClass.IMMUTABLE, "adapters are not served without a deployment", "serverless"),
    *rules(
        FieldClass.CREATE_ONLY,
        "counts when it is loaded: the adapter that is merged there now makes room",
        "replaceMergedAddon",
    ),
    *rules(
        FieldClass.COMPUTED,
        "set by the server",
        "createTime",
        "name",
        "state",
        "status",
        "updateTime",
    ),
)

KIND = Kind(
    name="DeployedModel",
    collection="deployedModels",
    identity=NaturalKey(("model", "deployment"), keyless="serverless"),
    rules=_RULES,
    states=MappingProxyType(
        {
            "STATE_UNSPECIFIED": Readiness.UNKNOWN,
            "UNDEPLOYING": Readiness.VANISHING,
            "DEPLOYING": Readiness.PENDING,
            "DEPLOYED": Readiness.READY,
            "UPDATING": Readiness.PENDING,
        }
    ),
    references=(Reference("model", ("Model",)), Reference("deployment", ("Deployment",))),
    publishes="public",
    manners=Manners(
        vanishes="unloaded by the platform (nobody used it)",
        rolls_out=True,
        loss="traffic",
        ready_before_delete=True,  # the older SDK unloads from DEPLOYED only
        displaces=Displacement("replaceMergedAddon", "deployment"),
    ),
    docs="An adapter (a job's output model, or an uploaded one) loaded on a deployment that takes"
    " adapters. `metadata.name` only names the manifest: the load is known by its model and its"
    " deployment.",
)
