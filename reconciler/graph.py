"""A directed acyclic graph of anything hashable: order, cycle path, neighbourhood."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

NodeT = TypeVar("NodeT", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Graph(Generic[NodeT]):
    """``edges[node]`` are the nodes that ``node`` depends on, sorted by the caller.

    Nodes keep the order of the mapping, so every answer is deterministic.
    """

    edges: Mapping[NodeT, tuple[NodeT, ...]]

    def order(self) -> tuple[NodeT, ...]:
        """Dependencies first; ties keep the order of the mapping. The graph must be acyclic."""
        done: dict[NodeT, None] = {}
        for start, targets in self.edges.items():
            if all(map(done.__contains__, targets)):  # most often: no walk is needed
                done.setdefault(start)
            else:
                self._visit(start, done)
        return tuple(done)

    def _visit(self, start: NodeT, done: dict[NodeT, None]) -> None:
        stack = [(start, iter(self.edges.get(start, ())))]
        while stack:
            node, rest = stack[-1]
            following = next((n for n in rest if n not in done), None)
            if following is None:
                done.setdefault(node)
                stack.pop()
            else:
                stack.append((following, iter(self.edges.get(following, ()))))

    def cycle(self) -> tuple[NodeT, ...]:
        """One cycle as a path (``a, b, a``), or an empty tuple."""
        clean: set[NodeT] = set()
        for start, targets in self.edges.items():
            if all(map(clean.__contains__, targets)):
                clean.add(start)
            elif found := self._cycle_from(start, clean):
                return found
        return ()

    def _cycle_from(self, start: NodeT, clean: set[NodeT]) -> tuple[NodeT, ...]:
        path: dict[NodeT, None] = {start: None}
        rests = [iter(self.edges.get(start, ()))]
        while rests:
            following = next((n for n in rests[-1] if n not in clean), None)
            if following is None:
                clean.add(path.popitem()[0])
                rests.pop()
            elif following in path:
                nodes = tuple(path)
                return (*nodes[nodes.index(following) :], following)
            else:
                path[following] = None
                rests.append(iter(self.edges.get(following, ())))
        return ()

    def reverse(self) -> Graph[NodeT]:
        """The same nodes with every edge turned round: who depends on a node."""
        turned: dict[NodeT, list[NodeT]] = {node: [] for node in self.edges}
        for node, targets in self.edges.items():
            for target in targets:
                turned.setdefault(target, []).append(node)
        return Graph({node: tuple(targets) for node, targets in turned.items()})

    def reach(self, starts: Iterable[NodeT]) -> frozenset[NodeT]:
        """The starts and everything they depend on, however far."""
        seen: set[NodeT] = set()
        queue = list(starts)
        while queue:
            node = queue.pop()
            if node not in seen:
                seen.add(node)
                queue.extend(self.edges.get(node, ()))
        return frozenset(seen)

    def islands(self) -> tuple[frozenset[NodeT], ...]:
        """The parts that no edge joins, in the order of their first nodes."""
        turned = self.reverse().edges
        both = Graph({n: (*self.edges.get(n, ()), *turned[n]) for n in turned})
        seen: set[NodeT] = set()
        found = []
        for node in both.edges:
            if node not in seen:
                found.append(both.reach((node,)))
                seen |= found[-1]
        return tuple(found)
