"""Messages that preference and reinforcement training share."""

from __future__ import annotations

from reconciler.emulator.resources.shared import REGION
from reconciler.emulator.schema import Field, Message, Role, Scalar, enum, many
from reconciler.emulator.training import HYPERPARAMETERS

TRAINING = Message(
    "TrainingConfig",
    (
        *many(Scalar.STRING, Role.MUTABLE, "baseModel warmStartFrom outputModel"),
        *HYPERPARAMETERS,
        Field("region", REGION),
    ),
)


def _beta(value: object) -> str | None:
    fine = isinstance(value, (int, float)) and 0 < value < 0.5
    return None if fine else "must be above 0 and below 0.5"


DPO = Message(
    "DpoConfig",
    (
        Field("beta", Scalar.DOUBLE, check=_beta),
        *many(Scalar.INT32, Role.MUTABLE, "refCacheConcurrency refCacheBatchSize"),
    ),
)
LOSS = Message(
    "ReinforcementLearningLossConfig",
    (
        Field("method", enum("METHOD_UNSPECIFIED GRPO DAPO DPO ORPO GSPO_TOKEN")),
        Field("klBeta", Scalar.DOUBLE),
        Field("dpo", DPO),
    ),
)
