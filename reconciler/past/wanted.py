"""What is looked for in the past, in the words that manifests use for it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from reconciler.desired.identity import version_stem
from reconciler.kinds.identity import NaturalKey
from reconciler.past.spelling import SIGN

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Set

    from reconciler.kinds.kind import Kind
    from reconciler.live.state import LiveResource

_ATTEMPT = re.compile(r"-[0-9]+$")
_FEW = 50  # to look for each of so many words is faster than to find all words


@dataclass(frozen=True, slots=True)
class Wanted:
    """``names`` are the words that a manifest may call a live resource, each with the names of its
    kinds; ``nameless`` are kinds in whose manifests no name is the live one. ``versions`` says that
    an id may follow from contents."""

    names: Mapping[str, frozenset[str]]
    nameless: frozenset[str] = frozenset()
    versions: bool = False

    @classmethod
    def of(cls, live: Iterable[LiveResource], kinds: Mapping[str, Kind]) -> Wanted:
        names: dict[str, frozenset[str]] = {}
        nameless, versions = set(), False
        for one in live:
            kind, stem = kinds[one.kind], version_stem(one.id)
            versions |= bool(stem) or any(map(version_stem, _means(one, kind)))
            for word in {one.id, stem, _ATTEMPT.sub("", one.id)} - {""}:
                names[word] = names.get(word, frozenset()) | {kind.name}
            if isinstance(kind.identity, NaturalKey) or kind.match:
                nameless.add(kind.name)
        return cls(names, frozenset(nameless), versions)

    def meant_by(self, words: Set[str]) -> bool:
        """Whether a file of these words may declare any of it: it names both kind and resource."""
        found = (self.names[word] for word in words & self.names.keys())
        return not (
            self.nameless.isdisjoint(words) and all(kinds.isdisjoint(words) for kinds in found)
        )

    def worth_splitting(self, raw: bytes) -> bool:
        """Whether a file may have any of these words: surely not where this says so."""
        words = (*self.names, *self.nameless, SIGN)
        return len(words) > _FEW or any(word.encode() in raw for word in words)


def _means(live: LiveResource, kind: Kind) -> Iterator[str]:
    """The ids that a resource which the server names is known by."""
    if isinstance(kind.identity, NaturalKey):
        for path in kind.identity.paths:
            yield str(live.body.get(path)).rpartition("/")[2]
