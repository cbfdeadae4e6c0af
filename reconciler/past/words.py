"""What a manifest's text may be about, by its words alone: which of many files are worth reading.

A word too many costs time. A word too few may hide the last revision of a resource, and with it
its protection.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from reconciler.kinds.registry import all_kinds
from reconciler.past.spelling import spelled_out

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from reconciler.past.files import CommittedFiles
    from reconciler.past.objects import GitObjects
    from reconciler.past.wanted import Wanted

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
    written; of one that a value is part of the folder before that."""

    all: frozenset[str]
    offers: frozenset[str]
    sources: tuple[str, ...]


class Index:
    """The words of blobs, each read once. Every method raises ReconcilerError for an object that
    git cannot read."""

    def __init__(self, objects: GitObjects) -> None:
        self._objects = objects
        self._offering = _offering()
        self._known: dict[str, Words] = {}

    def words(self, oid: str) -> Words:
        known = self._known.get(oid)
        if known is None:
            text = _text(self._objects.blob(oid))
            known = self._known[oid] = Words(
                frozenset(_WORD.findall(text)),
                frozenset(self._offering.findall(text)),
                tuple(_fixed(path.strip()) for path in _PATH.findall(text)),
            )
        return known

    def meaning(self, wanted: Wanted, oids: Sequence[str]) -> Iterator[str]:
        """Those of the blobs that may declare something wanted. Nothing of the rest is kept."""
        for oid, raw in self._objects.blobs(oids):
            if wanted.worth_splitting(raw) and wanted.meant_by(set(_WORD.findall(_text(raw)))):
                yield oid

    def offers(self, oids: Sequence[str]) -> Iterator[tuple[str, str]]:
        """(name, blob) of all that the blobs offer to others."""
        for oid, raw in self._objects.blobs(oids):
            yield from ((name, oid) for name in set(self._offering.findall(_text(raw))))

    def about(
        self, files: Sequence[tuple[str, str]], wanted: Wanted
    ) -> tuple[tuple[str, str], ...]:
        """Those manifest files (path, blob) that may declare something wanted, with every one that
        these refer to and so on; in the same order."""
        found = {path for path, oid in files if wanted.meant_by(self.words(oid).all)}
        if not found:
            return ()
        offered = gathered((name, path) for path, oid in files for name in self.words(oid).offers)
        found = self.reached(found, offered, dict(files))
        return tuple((path, oid) for path, oid in files if path in found)

    def reached(
        self,
        start: Iterable[str],
        offered: Mapping[str, Collection[str]],
        blobs: Mapping[str, str],
    ) -> set[str]:
        """``start`` and what it refers to, and so on. ``offered`` says by name who offers it, each
        of which has its text in one of ``blobs``."""
        found = set(start)
        left = list(found)
        while left:
            for word in self.words(blobs[left.pop()]).all & offered.keys():
                fresh = set(offered[word]) - found
                found |= fresh
                left += fresh
        return found

    def sources(self, tree: CommittedFiles, files: Iterable[tuple[str, str]]) -> tuple[str, ...]:
        """The ids of what the sources of manifest files (path, blob) name in a commit: while they
        stay the same, so do the bytes, unless links are followed."""
        entries = [tree.at(place) for place in self.places(files)]
        return tuple(entry.oid if entry is not None else "" for entry in entries)

    def places(self, files: Iterable[tuple[str, str]]) -> list[str]:
        """Where the sources of manifest files (path, blob) lie, as they are written."""
        return [
            os.path.normpath(os.path.join(os.path.dirname(path), source))
            for path, oid in files
            for source in self.words(oid).sources
        ]


def gathered(pairs: Iterable[tuple[str, str]]) -> dict[str, set[str]]:
    """All second halves by their first."""
    found: dict[str, set[str]] = {}
    for first, second in pairs:
        found.setdefault(first, set()).add(second)
    return found


def _fixed(path: str) -> str:
    before, value, _ = path.partition("${")
    return os.path.dirname(before) or "." if value else path


def _text(raw: bytes) -> str:
    return spelled_out(raw.decode("utf-8", "replace"))
