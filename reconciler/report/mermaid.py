"""A lineage as a Mermaid flowchart, which GitHub draws."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.report.escape import mermaid_label, shorten

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from reconciler.report.lineage import Lineage, Node

LONGEST_LABEL = 80


def _own_words(node: Node) -> tuple[str, ...]:
    return (node.title, node.name)


def mermaid(
    lineage: Lineage,
    words: Callable[[Node], tuple[str, ...]] = _own_words,
    shade: Callable[[Node], str] = lambda _node: "",
    shades: tuple[str, ...] = (),
) -> Iterator[str]:
    """The lines of the chart. ``words`` are the lines of a node's label, ``shade`` is the name of
    its class (none: as it comes), ``shades`` are the lines that say how the classes look."""
    ids = {node.key: f"n{number}" for number, node in enumerate(lineage.nodes)}
    yield "flowchart LR"
    for node in lineage.nodes:
        class_ = shade(node)
        label = "<br/>".join(mermaid_label(shorten(word, LONGEST_LABEL)) for word in words(node))
        yield f'  {ids[node.key]}["{label}"]{f":::{class_}" if class_ else ""}'
    for start, end in lineage.edges:
        yield f"  {ids[start]} --> {ids[end]}"
    yield from (f"  {line}" for line in shades)
