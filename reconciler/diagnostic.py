"""Problems as values: where, what, and the one thing that helps."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from reconciler.ref import ResourceRef


@dataclass(frozen=True, slots=True, order=True)
class SourceLocation:
    """A place in a file: ``path`` as shown to the user (relative to the working folder).

    ``line`` and ``column`` count from 1, in characters; 0 means *not known*
    (rows of a data file have a line only).
    """

    path: str
    line: int = 1
    column: int = 1

    def __str__(self) -> str:
        parts = [self.path, *(str(n) for n in (self.line, self.column) if n)]
        return ":".join(parts)


class Severity(Enum):
    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One problem, in one line: ``location: ref: path: message`` and at most one hint.

    ``code`` is a stable kebab-case word (``unknown-field``), the same in text, JSON and SARIF.
    ``message`` holds the field path already (``spec.learningRat: unknown field``) and never
    more than 120 characters of a user's value, never a secret.
    """

    severity: Severity
    code: str
    message: str
    location: SourceLocation | None = None
    ref: ResourceRef | None = None
    hint: str | None = None

    @property
    def sort_key(self) -> tuple[str, int, int, str, str]:
        where = self.location or SourceLocation("", 0, 0)
        return (where.path, where.line, where.column, self.code, self.message)


def has_errors(diagnostics: tuple[Diagnostic, ...] | list[Diagnostic]) -> bool:
    """Whether any of the diagnostics is an error; warnings leave the exit code alone."""
    return any(d.severity is Severity.ERROR for d in diagnostics)
