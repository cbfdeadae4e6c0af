"""What is said of a dataset's rows, each with its row; what is wrong everywhere has an end."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from reconciler.diagnostic import Diagnostic, Severity, SourceLocation
from reconciler.manifest.quoting import escaped
from reconciler.manifest.row_summary import RowSummary

if TYPE_CHECKING:
    from collections.abc import Collection

_MOST = 1000  # problems of one file: a wrong format makes every row one


@dataclass(slots=True)
class RowReport:
    """How many rows a file has, what jobs ask of them, and what is wrong with it."""

    rows: int = 0
    summary: RowSummary = field(default_factory=RowSummary)
    diagnostics: list[Diagnostic] = field(default_factory=list)

    @property
    def faulty(self) -> bool:
        return any(d.severity is Severity.ERROR for d in self.diagnostics)

    @property
    def full(self) -> bool:
        """So much is wrong that nobody reads more of it."""
        return len(self.diagnostics) >= _MOST


class RowNotes:
    """Adds to a report; ``row`` is the number of the row that is looked at."""

    def __init__(self, shown: str, report: RowReport) -> None:
        self._shown = shown
        self._report = report
        self._extras: set[str] = set()
        self.row = 0

    def error(
        self, message: str, hint: str | None = None, *, at: int = 0, code: str = "invalid-row"
    ) -> None:
        where = SourceLocation(self._shown, at or self.row, 0)
        found = Diagnostic(Severity.ERROR, code, message, where, hint=hint)
        self._report.diagnostics.append(found)

    def warn(self, message: str, code: str, *, at: int = 0) -> None:
        where = SourceLocation(self._shown, at or self.row, 0)
        self._report.diagnostics.append(Diagnostic(Severity.WARNING, code, message, where))

    def shape_error(self, path: str, message: str) -> None:
        self.error(f"{path}: {message}")

    def extra_keys(self, path: str, keys: Collection[str]) -> None:
        """Said once a file and key: whoever writes a key writes it in every row."""
        for key in sorted(keys):
            if key not in self._extras and len(self._extras) < _MOST:
                self._extras.add(key)
                where = f"{path}.{escaped(key)}".removeprefix(".")
                self.warn(f"{where}: unknown key", "unknown-key")
