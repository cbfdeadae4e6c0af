"""``--shard I/N``: one of N parts of a project, each a run of its own on a machine of its own.

A part is made of whole islands: resources that depend on each other, or wait for each other to
let go of something, never stand in two parts. Which part an island is in follows from the first
of its refs alone, so it stays where it is when other resources come and go.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from reconciler.errors import UsageError
from reconciler.graph import Graph

if TYPE_CHECKING:
    from reconciler.ref import ResourceRef

_FORM = re.compile(r"(?P<index>[0-9]{1,6})/(?P<count>[0-9]{1,6})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Shard:
    """The ``index``-th, from 1, of ``count`` parts."""

    index: int
    count: int

    @classmethod
    def parse(cls, text: str) -> Shard:
        """Read ``I/N``. Raises UsageError unless 1 <= I <= N."""
        found = _FORM.fullmatch(text)
        if found is None or not 1 <= int(found["index"]) <= int(found["count"]):
            said = f'--shard: expected I/N with I from 1 to N, but was "{text}"'
            raise UsageError(said, "two machines: --shard 1/2 on one, --shard 2/2 on the other")
        return cls(int(found["index"]), int(found["count"]))

    def __str__(self) -> str:
        return f"{self.index}/{self.count}"

    def holds(self, island: frozenset[ResourceRef]) -> bool:
        first = str(min(island))
        number = int.from_bytes(hashlib.sha256(first.encode()).digest()[:8])
        return number % self.count == self.index - 1

    def part(
        self, *graphs: Graph[ResourceRef], passing: frozenset[ResourceRef] = frozenset()
    ) -> frozenset[ResourceRef]:
        """The refs of this part; what any of the graphs joins belongs together. Refs in ``passing``
        are there for one plan only: they go with the others and move none of them."""
        joined: dict[ResourceRef, set[ResourceRef]] = {}
        for graph in graphs:
            for ref, targets in graph.edges.items():
                joined.setdefault(ref, set()).update(targets)
        whole = Graph({ref: tuple(targets) for ref, targets in joined.items()})
        ours = (one for one in whole.islands() if self.holds(one - passing or one))
        return frozenset().union(*ours)
