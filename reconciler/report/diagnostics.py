"""Problems for readers: text, JSON, GitHub annotations, SARIF; the same facts in each, and each
loaded when it is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reconciler.canonical import document_text
from reconciler.diagnostic import Severity, has_errors
from reconciler.report.escape import escape

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from reconciler.diagnostic import Diagnostic

MOST = 100  # lines of text; the rest is a count (contract 7)


def render_diagnostics(diagnostics: Sequence[Diagnostic], format: str = "text") -> str:  # noqa: A002 - the flag's own name
    """All problems, sorted, in ``text``, ``json``, ``github`` or ``sarif``; "" when there is
    nothing to say, else ending with a newline. Raises KeyError for another format."""
    ordered = sorted(diagnostics, key=lambda found: found.sort_key)
    return FORMATS[format](ordered)


def text_lines(diagnostics: Sequence[Diagnostic]) -> list[str]:
    """One line each, then at most one hint; after 100 a count of the rest. Not sorted here."""
    lines = [line for found in diagnostics[:MOST] for line in _lines(found)]
    more = len(diagnostics) - MOST
    return [*lines, f"… and {more} more"] if more > 0 else lines


def diagnostic_document(found: Diagnostic) -> dict[str, Any]:
    """The shape of a diagnostic in every JSON that we print (contract 4.5)."""
    where = found.location
    return {
        "severity": found.severity.value,
        "code": found.code,
        "message": found.message,
        "file": where.path if where else None,
        "line": where.line or None if where else None,
        "column": where.column or None if where else None,
        "ref": str(found.ref) if found.ref else None,
        "hint": found.hint,
    }


def _lines(found: Diagnostic) -> list[str]:
    parts = [str(part) for part in (found.location, found.ref) if part and str(part)]
    prefix = "warning: " if found.severity is Severity.WARNING else ""
    line = escape(prefix + ": ".join([*parts, found.message]))
    return [line, f"  hint: {escape(found.hint)}"] if found.hint else [line]


def _text(diagnostics: Sequence[Diagnostic]) -> str:
    return "".join(f"{line}\n" for line in text_lines(diagnostics))


def _json(diagnostics: Sequence[Diagnostic]) -> str:
    document = {
        "valid": not has_errors(list(diagnostics)),
        "diagnostics": [diagnostic_document(found) for found in diagnostics],
    }
    return document_text(document)


def _github(diagnostics: Sequence[Diagnostic]) -> str:
    from reconciler.report.annotations import annotation
    from reconciler.report.finding import problem

    lines = [annotation(problem(found)) for found in diagnostics[:MOST]]
    more = len(diagnostics) - MOST
    if more > 0:
        lines.append(f"::notice::… and {more} more")
    return "".join(f"{line}\n" for line in lines)


def _sarif(diagnostics: Sequence[Diagnostic]) -> str:
    from reconciler.report.finding import problem
    from reconciler.report.sarif import sarif_document

    return document_text(sarif_document([*map(problem, diagnostics)]))


FORMATS: dict[str, Callable[[Sequence[Diagnostic]], str]] = {
    "text": _text,
    "json": _json,
    "github": _github,
    "sarif": _sarif,
}
