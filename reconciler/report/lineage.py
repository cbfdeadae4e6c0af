"""How data flows through a project: dataset to job to model, as nodes and arrows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from reconciler.desired.resource import Resource
    from reconciler.ref import ResourceRef

OUTPUT = "output model"


@dataclass(frozen=True, slots=True)
class Node:
    """``key`` is the ref of a declared resource as text, the full name of an output model;
    ``title`` its kind, or ``output model``."""

    key: str
    title: str
    name: str


@dataclass(frozen=True, slots=True)
class Lineage:
    """Arrows ``(from, to)`` hold keys of nodes and point the way data flows."""

    nodes: tuple[Node, ...]
    edges: tuple[tuple[str, str], ...]

    def around(self, keys: Iterable[str]) -> Lineage:
        """The arrows from and to these keys, with all that they join; what nothing is joined to
        is left out."""
        wanted = set(keys)
        near = {key for edge in self.edges if wanted.intersection(edge) for key in edge}
        return Lineage(
            tuple(node for node in self.nodes if node.key in near),
            tuple(edge for edge in self.edges if near.issuperset(edge)),
        )


def lineage(resources: Mapping[ResourceRef, Resource]) -> Lineage:
    """Every resource and every output model that no resource declares."""
    declared = {resource.name: str(ref) for ref, resource in resources.items() if resource.name}
    nodes = [Node(str(ref), ref.kind, ref.name) for ref in resources]
    made = dict.fromkeys(one.output_model for one in resources.values() if one.output_model)
    nodes += [Node(name, OUTPUT, name.rpartition("/")[2]) for name in made if name not in declared]
    return Lineage(tuple(nodes), _edges(resources, declared))


def _edges(
    resources: Mapping[ResourceRef, Resource], declared: Mapping[str, str]
) -> tuple[tuple[str, str], ...]:
    """What a resource needs comes before it; a dependant of a job comes after its model."""
    edges: dict[tuple[str, str], None] = {}
    for ref, resource in resources.items():
        for need in resource.depends_on:
            source = resources.get(need)
            if source is None:
                continue  # a plan of a part: what it depends on is not shown
            made = source.output_model
            # A Model manifest that describes a job's output is that model itself.
            through = made is not None and made != resource.name
            edges[(made if through and made else str(need), str(ref))] = None
        if resource.output_model and resource.output_model not in declared:
            edges[(str(ref), resource.output_model)] = None
    return tuple((declared.get(start, start), end) for start, end in edges)
