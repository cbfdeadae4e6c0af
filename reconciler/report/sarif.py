"""Findings as SARIF 2.1.0, which code scanning reads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reconciler.report.escape import escape
from reconciler.version import VERSION

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reconciler.diagnostic import SourceLocation
    from reconciler.report.finding import Finding

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def sarif_document(findings: Sequence[Finding]) -> dict[str, Any]:
    """One run; each code is a rule, so that a scanner can follow a problem over time."""
    codes = sorted({found.code for found in findings})
    driver = {
        "name": "reconciler",
        "version": VERSION,
        "rules": [{"id": code, "name": _rule_name(code)} for code in codes],
    }
    numbers = {code: number for number, code in enumerate(codes)}
    results = [_result(found, numbers[found.code]) for found in findings]
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


def _rule_name(code: str) -> str:
    return "".join(part.capitalize() for part in code.split("-"))


def _result(found: Finding, rule: int) -> dict[str, Any]:
    hint = f" (hint: {found.hint})" if found.hint else ""
    result: dict[str, Any] = {
        "ruleId": found.code,
        "ruleIndex": rule,
        "level": found.level.value,
        "message": {"text": escape(f"{found.message}{hint}")},
    }
    if found.location is not None and found.location.path:
        result["locations"] = [{"physicalLocation": _place(found.location)}]
    return result


def _place(where: SourceLocation) -> dict[str, Any]:
    numbers = {"startLine": where.line, "startColumn": where.column}
    region = {name: number for name, number in numbers.items() if number}
    place: dict[str, Any] = {"artifactLocation": {"uri": _uri(where.path)}}
    return place | {"region": region} if region else place


def _uri(path: str) -> str:
    """The name's own bytes, quoted: a name on a disk need not be UTF-8."""
    from urllib.parse import quote

    path = path.replace("\\", "/")
    try:
        return quote(path, errors="surrogateescape")
    except UnicodeEncodeError:  # no name of a file: half a character that some text had
        return quote(path, errors="replace")
