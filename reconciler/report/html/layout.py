"""Where the nodes of a lineage stand and how its arrows run: in layers, from left to right.

After Sugiyama: layers by longest path, arrows over several layers cut into pieces, then sweeps that
move every node to the middle of its neighbours. Deterministic, and linear but for the sorting.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from reconciler.graph import Graph

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

SWEEPS = 6
"""There and back; more changes little in graphs that a page shows."""

Spot = tuple[int, float]
"""Layer from the left, and place from the top; both from 0."""
Edge = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Layout:
    """``spots`` of the nodes; ``routes`` are the spots through which each arrow runs, both ends
    included. ``layers`` and ``height`` are how many there are, and the most in one of them."""

    spots: Mapping[str, Spot]
    routes: Mapping[Edge, tuple[Spot, ...]]
    layers: int
    height: int


def layered(nodes: Sequence[str], edges: Sequence[Edge]) -> Layout:
    """``edges`` must be acyclic and end at ``nodes``."""
    layer = _layers(nodes, edges)
    rows: list[list[str]] = [[] for _ in range(max(layer.values(), default=-1) + 1)]
    for node in nodes:
        rows[layer[node]].append(node)
    chains = {edge: _chain(edge, layer) for edge in edges}
    for chain in chains.values():
        for offset, piece in enumerate(chain[1:-1], layer[chain[0]] + 1):
            rows[offset].append(piece)
    _untangle(rows, [pair for chain in chains.values() for pair in pairwise(chain)])
    height = max(map(len, rows), default=0)
    spots = {
        name: (column, place + (height - len(row)) / 2)
        for column, row in enumerate(rows)
        for place, name in enumerate(row)
    }
    routes = {edge: tuple(spots[name] for name in chain) for edge, chain in chains.items()}
    return Layout({node: spots[node] for node in nodes}, routes, len(rows), height)


def _layers(nodes: Sequence[str], edges: Sequence[Edge]) -> dict[str, int]:
    """One more than the last of those before it; then as far right as those behind it allow, so
    that no arrow is longer than it must be."""
    before: dict[str, list[str]] = {node: [] for node in nodes}
    behind: dict[str, list[str]] = {node: [] for node in nodes}
    for start, end in edges:
        before[end].append(start)
        behind[start].append(end)
    order = Graph({node: tuple(found) for node, found in before.items()}).order()
    layer: dict[str, int] = {}
    for node in order:
        layer[node] = max((layer[other] + 1 for other in before[node]), default=0)
    for node in reversed(order):
        if behind[node] and not before[node]:
            layer[node] = min(layer[other] for other in behind[node]) - 1
    return layer


def _chain(edge: Edge, layer: Mapping[str, int]) -> tuple[str, ...]:
    """The arrow with a piece in every layer that it crosses; no name of a node holds a line end."""
    start, end = edge
    pieces = (f"{start}\n{end}\n{n}" for n in range(layer[start] + 1, layer[end]))
    return (start, *pieces, end)


def _untangle(rows: list[list[str]], pairs: Iterable[Edge]) -> None:
    """Sort every layer by where its neighbours stand, from the left, then from the right."""
    left: dict[str, list[str]] = {}
    right: dict[str, list[str]] = {}
    for start, end in pairs:
        left.setdefault(end, []).append(start)
        right.setdefault(start, []).append(end)
    for sweep in range(SWEEPS):
        forward = sweep % 2 == 0
        near = left if forward else right
        for row, beside in _steps(rows, forward=forward):
            place = {name: n - len(beside) / 2 for n, name in enumerate(beside)}
            own = {name: n - len(row) / 2 for n, name in enumerate(row)}
            row.sort(key=lambda name: _middle(name, near.get(name, ()), place, own))


def _steps(rows: list[list[str]], *, forward: bool) -> list[tuple[list[str], list[str]]]:
    """Each layer with the one that it is sorted by."""
    turned = rows if forward else rows[::-1]
    return list(zip(turned[1:], turned, strict=False))


def _middle(
    name: str, near: Sequence[str], place: Mapping[str, float], own: Mapping[str, float]
) -> float:
    found = [place[other] for other in near if other in place]
    return sum(found) / len(found) if found else own[name]
