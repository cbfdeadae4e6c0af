"""The lineage of a project, dataset to job to model, as Mermaid, DOT or JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.canonical import document_text
from reconciler.report.escape import escape
from reconciler.report.lineage import lineage
from reconciler.report.mermaid import mermaid

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from reconciler.desired.resource import DesiredState
    from reconciler.report.lineage import Lineage


def render_graph(desired: DesiredState, format: str) -> str:  # noqa: A002 - the flag's own name
    """Arrows point the way data flows. Raises KeyError for another format."""
    return FORMATS[format](lineage(desired.resources))


def _mermaid(drawn: Lineage) -> str:
    return "".join(f"{line}\n" for line in mermaid(drawn))


def _dot(drawn: Lineage) -> str:
    def lines() -> Iterator[str]:
        yield "digraph lineage {"
        yield "  rankdir=LR;"
        for node in drawn.nodes:
            label = _quoted(f"{node.title}: {node.name}")
            yield f"  {_quoted(node.key)} [shape=box, label={label}];"
        for start, end in drawn.edges:
            yield f"  {_quoted(start)} -> {_quoted(end)};"
        yield "}"

    return "\n".join(lines()) + "\n"


def _quoted(text: str) -> str:
    return '"' + escape(text).replace("\\", "\\\\").replace('"', '\\"') + '"'


def _json(drawn: Lineage) -> str:
    document = {
        "nodes": [{"id": node.key, "kind": node.title, "name": node.name} for node in drawn.nodes],
        "edges": [{"from": start, "to": end} for start, end in drawn.edges],
    }
    return document_text(document)


FORMATS: dict[str, Callable[[Lineage], str]] = {"mermaid": _mermaid, "dot": _dot, "json": _json}
