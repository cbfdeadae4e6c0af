"""What things cost: a dated table that a project may override (fact sheet 18.3)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

TRAINING = ((16_000_000_000, 0.5), (80_000_000_000, 3.0))
"""Pricing page of 2025: up to 16B parameters $0.50 a million tokens, 16.1B to 80B $3.00."""
GPU_HOUR = {
    "NVIDIA_H100_80GB": 7.0,
    "NVIDIA_H200_141GB": 7.0,
    "NVIDIA_B200_180GB": 10.0,
}
"""Cost calculator page of 2026, on demand, for one accelerator."""


BUILT_IN_TRAINING, BUILT_IN_GPU = "2025, built in", "2026, built in"
"""When those two pages said so."""


@dataclass(frozen=True, slots=True)
class Prices:
    """US dollars. ``training``: (largest number of parameters, dollars a million tokens), rising;
    ``gpu_hour`` by acceleratorType. ``training_as_of`` says how old the former are, ``gpu_as_of``
    the latter, where they are not the built-in ones."""

    training: tuple[tuple[int, float], ...] = TRAINING
    gpu_hour: Mapping[str, float] = field(default_factory=lambda: GPU_HOUR)
    training_as_of: str = BUILT_IN_TRAINING
    gpu_as_of: Mapping[str, str] = field(default_factory=dict)

    def per_million_tokens(self, parameters: int) -> float | None:
        """Dollars for a million training tokens of a model of that size; None: not in the table."""
        return next((usd for most, usd in self.training if parameters <= most), None)

    def gpu_hour_as_of(self, accelerator: str) -> str:
        return self.gpu_as_of.get(accelerator, BUILT_IN_GPU)


def read_prices(table: Mapping[str, Any] | None) -> Prices:
    """``spec.prices`` of the project file; what it leaves out keeps the built-in price and date."""
    if not table:
        return Prices()
    as_of = str(table.get("asOf", "reconciler.yaml, undated"))
    rows, hours = table.get("trainingPerMillionTokens"), table.get("gpuHour", {})
    training = sorted((row["upToParameters"], float(row["usd"])) for row in rows or ())
    return Prices(
        TRAINING if rows is None else tuple(training),
        {**GPU_HOUR, **hours},
        BUILT_IN_TRAINING if rows is None else as_of,
        dict.fromkeys(hours, as_of),
    )
