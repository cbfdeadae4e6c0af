"""One line of the results: what was measured, beside what, and whether the goal is met."""

from __future__ import annotations

from dataclasses import dataclass

Row = tuple[str, str, str, str]  # what, measured, beside, ratios with the goal


@dataclass(frozen=True, slots=True)
class Goal:
    """``value`` must be at most (or at least) ``bar``; both in ``unit``."""

    name: str
    value: float
    bar: float
    unit: str = ""
    at_least: bool = False

    def __str__(self) -> str:
        met = self.value >= self.bar if self.at_least else self.value <= self.bar
        sign = "≥" if self.at_least else "≤"
        verdict = "met" if met else "MISSED"
        return f"{self.value:.2f}{self.unit} {self.name} (goal {sign} {self.bar:g}: {verdict})"
