"""A problem by its path inside a document, on its way to becoming a Diagnostic."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from reconciler.diagnostic import Diagnostic, Severity
from reconciler.manifest.quoting import dotted
from reconciler.manifest.secrets import without_secrets

if TYPE_CHECKING:
    from reconciler.kinds.kind import Problem
    from reconciler.manifest.document import Locator
    from reconciler.manifest.manifest import Path
    from reconciler.ref import ResourceRef


@dataclass(frozen=True, slots=True)
class Finding:
    """``on_key``: it stands at the field's name, not at its value; ``place``: it stands at that
    path instead of its own (a missing field stands in the mapping that lacks it)."""

    path: Path
    message: str
    code: str
    hint: str | None = None
    warning: bool = False
    on_key: bool = False
    place: Path | None = None

    def diagnostic(self, locator: Locator, ref: ResourceRef | None) -> Diagnostic:
        place = self.path if self.place is None else self.place
        where = locator.locate_key(place) if self.on_key else locator.locate(place)
        severity = Severity.WARNING if self.warning else Severity.ERROR
        text = f"{dotted(self.path)}: {self.message}" if self.path else self.message
        return Diagnostic(severity, self.code, without_secrets(text), where, ref, self.hint)


def from_problem(problem: Problem) -> Finding:
    """What a kind's own check found."""
    return Finding(
        problem.path, problem.message, problem.code, problem.hint, warning=problem.warning
    )
