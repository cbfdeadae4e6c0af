"""Findings as GitHub's workflow commands, which mark the lines of a pull request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.report.escape import escape
from reconciler.report.finding import Level

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from reconciler.report.finding import Finding

SHOWN = 10
"""GitHub shows ten annotations of each level of one step, and drops the rest without a word."""


def annotated(findings: Sequence[Finding], command: str) -> str:
    """Errors, warnings, notices; of each level the first ten, and one plain line that counts the
    rest and names the ``command`` that shows them all. "" when there is nothing to say."""
    return "".join(f"{line}\n" for line in _limited(findings, command))


def _limited(findings: Sequence[Finding], command: str) -> Iterator[str]:
    by_level = {level: [each for each in findings if each.level is level] for level in Level}
    for found in by_level.values():
        yield from map(annotation, found[:SHOWN])
    more = [
        f"{len(found) - SHOWN} more of level {level.annotation}"
        for level, found in by_level.items()
        if len(found) > SHOWN
    ]
    if more:
        yield f"… and {', '.join(more)}: GitHub shows {SHOWN} of each, {command} --format text all"


def annotation(found: Finding) -> str:
    """``::error file=…,line=…,col=…,title=code::message``, escaped as the runner wants it."""
    where = found.location
    places: list[tuple[str, object]] = [("title", found.code)]
    if where is not None and where.path:
        numbers = (("line", where.line), ("col", where.column))
        places = [("file", where.path), *((k, n) for k, n in numbers if n), *places]
    properties = ",".join(f"{name}={_property(str(value))}" for name, value in places)
    hint = f"\nhint: {escape(found.hint)}" if found.hint else ""
    return f"::{found.level.annotation} {properties}::{_data(escape(found.message) + hint)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(escape(text)).replace(":", "%3A").replace(",", "%2C")
