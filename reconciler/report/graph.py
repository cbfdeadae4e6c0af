"""The lineage of a project, dataset to job to model, as Mermaid, DOT or JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.canonical import document_text
from reconciler.report.escape import escape, mermaid_label

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from reconciler.desired.resource import DesiredState, Resource

Node = tuple[str, str, str]
"""Its key, its title (a kind, or ``output model``), its name."""


def render_graph(desired: DesiredState, format: str) -> str:  # noqa: A002 - the flag's own name
    """Arrows point the way data flows. Raises KeyError for another format."""
    nodes, edges = _nodes(desired), _edges(desired)
    return FORMATS[format](nodes, edges)


def _nodes(desired: DesiredState) -> list[Node]:
    declared = [(str(ref), ref.kind, ref.name) for ref in desired.resources]
    jobs = desired.resources.values()
    made = [(_model(job), "output model", _model_id(job)) for job in jobs if job.output_model]
    taken = {job.name for job in jobs}
    known = dict.fromkeys(node for node in made if node[0] not in taken)
    return [*declared, *known]


def _edges(desired: DesiredState) -> list[tuple[str, str]]:
    """What a resource needs comes before it; a dependant of a job comes after its model."""
    resources = desired.resources
    declared = {resource.name: str(ref) for ref, resource in resources.items()}
    edges: dict[tuple[str, str], None] = {}
    for ref, resource in resources.items():
        for need in resource.depends_on:
            source = resources.get(need)
            made = source.output_model if source is not None else None
            # A Model manifest that describes a job's output is that model itself.
            through = made is not None and made != resource.name
            edges[(made if through and made else str(need), str(ref))] = None
        if resource.output_model and resource.output_model not in declared:
            edges[(str(ref), resource.output_model)] = None
    return [(declared.get(start, start), end) for start, end in edges]


def _model(job: Resource) -> str:
    return job.output_model or ""


def _model_id(job: Resource) -> str:
    return _model(job).rpartition("/")[2]


def _mermaid(nodes: list[Node], edges: list[tuple[str, str]]) -> str:
    ids = {key: f"n{number}" for number, (key, _, _) in enumerate(nodes)}
    lines = ["flowchart LR"]
    lines += [
        f'  {ids[key]}["{mermaid_label(title)}<br/>{mermaid_label(name)}"]'
        for key, title, name in nodes
    ]
    lines += [f"  {ids[start]} --> {ids[end]}" for start, end in edges]
    return "\n".join(lines) + "\n"


def _dot(nodes: list[Node], edges: list[tuple[str, str]]) -> str:
    def lines() -> Iterator[str]:
        yield "digraph lineage {"
        yield "  rankdir=LR;"
        for key, title, name in nodes:
            yield f"  {_quoted(key)} [shape=box, label={_quoted(f'{title}: {name}')}];"
        for start, end in edges:
            yield f"  {_quoted(start)} -> {_quoted(end)};"
        yield "}"

    return "\n".join(lines()) + "\n"


def _quoted(text: str) -> str:
    return '"' + escape(text).replace("\\", "\\\\").replace('"', '\\"') + '"'


def _json(nodes: list[Node], edges: list[tuple[str, str]]) -> str:
    document = {
        "nodes": [{"id": key, "kind": title, "name": name} for key, title, name in nodes],
        "edges": [{"from": start, "to": end} for start, end in edges],
    }
    return document_text(document)


FORMATS: dict[str, Callable[[list[Node], list[tuple[str, str]]], str]] = {
    "mermaid": _mermaid,
    "dot": _dot,
    "json": _json,
}
