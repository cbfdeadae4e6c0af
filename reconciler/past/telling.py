"""Which commits are worth a look: those before a change of what is looked for."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from reconciler.git.commits import is_partial
from reconciler.manifest.discover import ENDINGS
from reconciler.manifest.project_root import PROJECT_FILE
from reconciler.past.log import changes
from reconciler.past.words import gathered

if TYPE_CHECKING:
    from collections.abc import Iterable

    from reconciler.past.history import History
    from reconciler.past.log import Changed
    from reconciler.past.objects import GitObjects
    from reconciler.past.wanted import Wanted
    from reconciler.past.words import Index


def telling_commits(
    history: History, top: str, wanted: Wanted, index: Index, objects: GitObjects
) -> frozenset[str] | None:
    """The commits whose state may say of ``wanted`` what the states of their children do not; None:
    that may be any. ``top`` is the top of the checkout.

    A state says something else than a child's only where the child changed what that is made of: a
    manifest that may declare what is wanted, one that such a manifest refers to, the bytes of their
    sources, ``reconciler.yaml``, or a link on the way to one of these.
    """
    if is_partial(history.root):
        return None  # to read every manifest there ever was would fetch them one by one
    survey = _Survey(history, top)
    about = survey.about(wanted, index)
    sources = frozenset(survey.sources(about, index) if wanted.versions else ())
    if survey.link_leads_to(sources, objects):
        return None
    if not about:
        return frozenset()
    found = {parent for each in survey.manifests if about & _sides(each) for parent in each.parents}
    return frozenset(found | survey.of_project | survey.touching(sources))


@dataclass(slots=True)
class _Survey:
    """What all commits changed, as far as it may matter to any manifest. Paths are absolute."""

    history: History
    top: str
    manifests: list[Changed] = field(default_factory=list)
    links: dict[str, set[str]] = field(default_factory=dict)
    of_project: set[str] = field(default_factory=set)
    """Parents of the commits that changed the project's file."""
    _named: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        given = (os.path.join(self.history.cwd, path) for path in self.history.paths)
        self._named = frozenset(map(os.path.normpath, given))
        project = os.path.join(self.history.root, PROJECT_FILE)
        for each in changes(self.history.root, self.history.revisions):
            place = self.place(each)
            if each.link:
                self.links.setdefault(place, set()).add(each.link)
            if place == project:
                self.of_project.update(each.parents)
            elif place.endswith(ENDINGS) or place in self._named:
                self.manifests.append(each)

    def place(self, each: Changed) -> str:
        return os.path.join(self.top, each.path)

    def about(self, wanted: Wanted, index: Index) -> set[str]:
        """The blobs that may declare what is wanted; where ids follow from contents, also those
        that such a blob may ever have referred to, and so on."""
        blobs = sorted({oid for each in self.manifests for oid in _sides(each)})
        found = set(index.meaning(wanted, blobs))
        if not (found and wanted.versions):
            return found
        offered = gathered(index.offers(blobs))
        return index.reached(found, offered, {oid: oid for oid in blobs})

    def sources(self, about: set[str], index: Index) -> list[str]:
        files = {(self.place(each), oid) for each in self.manifests for oid in _sides(each) & about}
        return index.places(files)

    def link_leads_to(self, sources: frozenset[str], objects: GitObjects) -> bool:
        """Whether a link, now or once, may lead to a manifest or to one of the sources."""
        on_the_way = _with_folders((*sources, *self._named))
        holding = _with_folders(self.place(each) for each in self.manifests)
        for place, oids in self.links.items():
            if place.endswith(ENDINGS) or place in on_the_way:
                return True
            for oid in oids:
                written = objects.blob(oid).decode("utf-8", "surrogateescape")
                target = os.path.normpath(written)
                roundabout = target != written  # through links, who knows where
                if roundabout or os.path.join(os.path.dirname(place), target) in holding:
                    return True
        return False

    def touching(self, sources: frozenset[str]) -> set[str]:
        """Parents of the commits that changed a source, or something below it."""
        if not sources:
            return set()
        return {
            parent
            for each in changes(self.history.root, self.history.revisions)
            if not sources.isdisjoint(_with_folders([self.place(each)]))
            for parent in each.parents
        }


def _sides(each: Changed) -> set[str]:
    return {each.before, each.after} - {""}


def _with_folders(paths: Iterable[str]) -> set[str]:
    """The paths and every folder above them."""
    found: set[str] = set()
    for path in paths:
        while path not in found:
            found.add(path)
            path = os.path.dirname(path)
    return found
