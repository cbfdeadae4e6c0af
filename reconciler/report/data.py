"""What is in a dataset's rows: a page for people with small plots, a document for machines."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from reconciler.canonical import document_text
from reconciler.diagnostic import Severity
from reconciler.plan.sizes import counted, size_text
from reconciler.report.diagnostics import diagnostic_document, text_lines
from reconciler.report.escape import escape, shorten
from reconciler.report.plot import bars

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from reconciler.data.facts import DataFacts, Found, Spread
    from reconciler.report.style import Style

PLOT_WIDTH = 40
INDENT = 12  # columns of the words in front


def render_data(facts: DataFacts, style: Style) -> str:
    """The page, ending with a newline."""
    lines = [
        f"{style.bold(str(facts.ref))} · {escape(facts.path)} · {facts.format or 'no format'}",
        f"{counted(facts.rows, 'row')}, {size_text(facts.bytes)}",
        "",
        *_contents(facts),
        "",
        *_tokens(facts, style),
        "",
        *_findings(facts),
        *(f"note: {escape(note)}" for note in facts.notes),
        *_problems(facts, style),
    ]
    return style.plain("\n".join(lines) + "\n")


def data_json(facts: DataFacts) -> str:
    """The same facts as JSON."""
    return document_text(_document(facts))


def _document(facts: DataFacts) -> dict[str, Any]:
    document = asdict(facts)
    document["ref"] = str(facts.ref)
    for found, shown in zip(facts.long_rows, document["long_rows"], strict=True):
        shown["job"] = str(found.job)
    for shared, shown in zip(facts.overlaps, document["overlaps"], strict=True):
        shown["job"], shown["other"] = str(shared.job), str(shared.other)
    document["diagnostics"] = [diagnostic_document(found) for found in facts.diagnostics]
    return document


def _line(word: str, text: str) -> str:
    return f"{word:<{INDENT}}{text}"


def _contents(facts: DataFacts) -> Iterator[str]:
    yield _line("rows", _counts(facts.forms) or "none")
    if facts.roles:
        yield _line("messages", _spread(facts.messages))
        yield _line("roles", _counts(facts.roles))


def _counts(counts: Mapping[str, int]) -> str:
    return " · ".join(f"{escape(shorten(name, 40))} {count:,}" for name, count in counts.items())


def _spread(spread: Spread) -> str:
    if spread.least == spread.most:
        return f"{spread.most:,} a row"
    return f"{spread.least:,} to {spread.most:,} a row, median {spread.median:,}"


def _tokens(facts: DataFacts, style: Style) -> Iterator[str]:
    tokens = facts.tokens
    if tokens.counted_by:
        most = f"at most {tokens.high:,} in a chat template"
        how = f"{tokens.total:,}, counted with {escape(tokens.counted_by)}; {most}"
    else:
        how = f"about {tokens.total:,} ({tokens.low:,} to {tokens.high:,}), guessed from the bytes"
    yield _line("tokens", how)
    yield _line("", _spread(tokens.a_row))
    labels = [(f"{bar.low:,} to {bar.high:,}", bar.rows) for bar in tokens.histogram]
    yield from (f"{'':{INDENT}}{line}" for line in bars(labels, PLOT_WIDTH, style))


def _findings(facts: DataFacts) -> Iterator[str]:
    yield _line("duplicates", _duplicates(facts))
    for long in facts.long_rows:
        text = f"{_are(long.rows)} over the {long.limit:,} tokens of {long.job}'s {long.field}"
        yield _line("too long", text)
    for overlap in facts.overlaps:
        text = f"{_are(overlap.rows)} in {overlap.other} too: {overlap.job} reads both"
        yield _line("overlap", text)
    for what, found in facts.secrets.items():
        holds = "holds" if found.count == 1 else "hold"
        text = f"{_rows(found)} {holds} something that looks like {what}"
        yield _line("secrets", text)
    if not facts.secrets:
        yield _line("secrets", "no row holds anything that looks like a key")


def _duplicates(facts: DataFacts) -> str:
    """Rows beyond those remembered were compared with these only."""
    text = f"{_are(facts.duplicates)} the same as an earlier one"
    if facts.compared < facts.rows - facts.duplicates.count:
        text += f" among the first {facts.compared:,} different ones"
    return text


def _are(found: Found) -> str:
    return f"{_rows(found)} {'are' if found.count > 1 else 'is'}"


def _rows(found: Found) -> str:
    """``no row``, ``1 row (7)``, ``12 rows (1, 2, …)``."""
    if not found.count:
        return "no row"
    numbers = ", ".join(f"{row}" for row in found.first)
    more = ", …" if found.count > len(found.first) else ""
    return f"{counted(found.count, 'row')} ({numbers}{more})"


def _problems(facts: DataFacts, style: Style) -> Iterator[str]:
    errors = sum(found.severity is Severity.ERROR for found in facts.diagnostics)
    warnings = len(facts.diagnostics) - errors
    if facts.diagnostics:
        words = f"{counted(errors, 'error')}, {counted(warnings, 'warning')}"
        yield ""
        yield style.paint(words, "red" if errors else "yellow")
        yield from text_lines(facts.diagnostics)
