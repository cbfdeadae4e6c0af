"""What creating a resource of a kind is paid by."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TrainingCost:
    """Paid once, by trained token: tokens of the dataset times epochs, priced by model size.

    The datasets are those of ``Kind.rows``. Paths in ``spec``: ``epochs``, and ``models``, the
    first that is set being the model that is trained. Paths in that model's record: ``images``
    tells whether it takes any, ``template`` is a chat template of its own.
    """

    models: tuple[str, ...] = ("baseModel", "warmStartFrom")
    epochs: str = "epochs"
    default_epochs: float = 1.0
    images: str = "supportsImageInput"
    template: str = "conversationConfig.template"


@dataclass(frozen=True, slots=True)
class HourlyCost:
    """Paid by the hour, for every replica that runs; all fields are paths in ``spec``."""

    accelerator: str = "acceleratorType"
    count: str = "acceleratorCount"
    min_replicas: str = "minReplicaCount"
    max_replicas: str = "maxReplicaCount"


@dataclass(frozen=True, slots=True)
class UnknownCost:
    """Paid, and nobody here can tell how much: ``why`` says so to the user."""

    why: str


CostRule = TrainingCost | HourlyCost | UnknownCost
