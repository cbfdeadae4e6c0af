"""What a manifest's text may be about, by its words alone: which of many files are worth reading.

A word too many costs time. A word too few (a name written with escapes, or over several lines)
leaves a resource without proof, and so alive.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from reconciler.kinds.registry import all_kinds

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from reconciler.past.objects import GitObjects
    from reconciler.past.states import State

_WORD = re.compile(r"[A-Za-z][A-Za-z0-9-]*")
_PATH = re.compile(r"""\bpath["']?\s*:\s*["']?([^"'\n,}#]+)""")


def _offering() -> re.Pattern[str]:
    """The fields whose value others may refer to: names, and what jobs call their models."""
    outputs = {
        kind.output_model.rpartition(".")[2] for kind in all_kinds().values() if kind.output_model
    }
    fields = "|".join(sorted({"name", *outputs}))
    return re.compile(rf"""\b(?:{fields})["']?\s*:\s*["']?([a-z][a-z0-9-]*)""")


@dataclass(frozen=True, slots=True)
class Words:
    """``all`` words of a file, the names that it ``offers`` to others, and its ``sources``, as
    written."""

    all: frozenset[str]
    offers: frozenset[str]
    sources: tuple[str, ...]


class Index:
    """The words of blobs, each read once."""

    def __init__(self, objects: GitObjects) -> None:
        self._objects = objects
        self._offering = _offering()
        self._known: dict[str, Words] = {}

    def words(self, oid: str) -> Words:
        known = self._known.get(oid)
        if known is None:
            text = self._objects.blob(oid).decode("utf-8", "replace")
            known = self._known[oid] = Words(
                frozenset(_WORD.findall(text)),
                frozenset(self._offering.findall(text)),
                tuple(path.strip() for path in _PATH.findall(text)),
            )
        return known

    def about(self, state: State, wanted: frozenset[str]) -> tuple[tuple[str, str], ...]:
        """The manifest files that have one of the words, with every file that these refer to and
        so on: (path, blob) in the order of the project."""
        names = dict(state.blobs)
        found = {path for path, oid in state.blobs if not wanted.isdisjoint(self.words(oid).all)}
        if not found:
            return ()
        offered = self._offered(state.blobs)
        left = list(found)
        while left:
            for word in self.words(names[left.pop()]).all & offered.keys():
                fresh = offered[word] - found
                found |= fresh
                left += fresh
        return tuple((path, oid) for path, oid in state.blobs if path in found)

    def _offered(self, blobs: Iterable[tuple[str, str]]) -> Mapping[str, set[str]]:
        offered: dict[str, set[str]] = {}
        for path, oid in blobs:
            for word in self.words(oid).offers:
                offered.setdefault(word, set()).add(path)
        return offered

    def sources(self, state: State, about: Iterable[tuple[str, str]]) -> tuple[str, ...]:
        """The ids of what the sources of these files name: while they stay the same, so do the
        bytes, unless links are followed."""
        written = [(path, source) for path, oid in about for source in self.words(oid).sources]
        places = [os.path.normpath(os.path.join(os.path.dirname(p), s)) for p, s in written]
        entries = [state.files.at(place) for place in places]
        return tuple(entry.oid if entry is not None else "" for entry in entries)
