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


@dataclass(frozen=True, slots=True)
class Prices:
    """US dollars. ``training``: (largest number of parameters, dollars a million tokens), rising;
    ``gpu_hour`` by acceleratorType; ``as_of`` says how old they are."""

    training: tuple[tuple[int, float], ...] = TRAINING
    gpu_hour: Mapping[str, float] = field(default_factory=lambda: GPU_HOUR)
    as_of: str = "2025, built in"

    def per_million_tokens(self, parameters: int) -> float | None:
        """Dollars for a million training tokens of a model of that size; None: not in the table."""
        return next((usd for most, usd in self.training if parameters <= most), None)


def read_prices(table: Mapping[str, Any] | None) -> Prices:
    """``spec.prices`` of the project file; what it leaves out keeps the built-in price."""
    if not table:
        return Prices()
    rows = table.get("trainingPerMillionTokens")
    training = sorted((row["upToParameters"], float(row["usd"])) for row in rows or ())
    return Prices(
        tuple(training) if rows is not None else TRAINING,
        {**GPU_HOUR, **table.get("gpuHour", {})},
        str(table.get("asOf", "reconciler.yaml, undated")),
    )
