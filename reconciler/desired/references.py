"""References to edges: what each name in a spec means, and what is wrong with it (contract 1.2)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from reconciler.desired.fields import dotted, find
from reconciler.desired.rules import rule_index
from reconciler.diagnostic import Diagnostic, Severity
from reconciler.kinds.kind import OUTPUT_KIND

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from reconciler.desired.catalog import Catalog
    from reconciler.desired.fields import Place
    from reconciler.kinds.kind import Kind, Reference
    from reconciler.manifest.manifest import Manifest
    from reconciler.ref import ResourceRef

_PART = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
"""Looser than the rule for our own ids: those that a server chose may begin with a digit."""

UNKNOWN = "unknown-reference"
"""The code of a short name that means nothing."""


@dataclass(frozen=True, slots=True)
class Link:
    """One reference of a manifest: ``value`` at ``place`` below spec.

    ``target`` is the resource of the project that it means: for the output model of a job without
    a manifest of its own, the job. None: a full name outside the project, or a name that could
    not be resolved (a diagnostic says so).
    """

    reference: Reference
    place: Place
    value: str
    target: ResourceRef | None = None

    @property
    def external(self) -> bool:
        """A full name, or a short one in a collection that has no kind here (secrets)."""
        return self.target is None and ("/" in self.value or bool(self.reference.collection))

    @property
    def to_output(self) -> bool:
        """Whether it means the output model of ``target`` rather than ``target`` itself."""
        return self.target is not None and self.target.kind not in self.reference.kinds


def links(
    manifest: Manifest, catalog: Catalog, names: Mapping[str, ResourceRef]
) -> tuple[Link, ...]:
    """Every reference of a manifest; ``names`` maps full names of the project to their refs."""
    spec = manifest.spec
    return tuple(
        Link(reference, place, value, _target(value, reference, catalog, names))
        for field, reference in rule_index(catalog.kind(manifest.ref)).references
        if field in spec
        for place, value in find(spec, reference.path)
        if isinstance(value, str) and value
    )


def _target(
    value: str, reference: Reference, catalog: Catalog, names: Mapping[str, ResourceRef]
) -> ResourceRef | None:
    if "/" in value:
        return names.get(value)
    for kind in reference.kinds:
        if (found := catalog.find(kind, value)) is not None:
            return found
    return None


def problems(manifest: Manifest, found: tuple[Link, ...], catalog: Catalog) -> Iterator[Diagnostic]:
    """What is wrong with the references; nothing, when the manifest is itself a tombstone."""
    for link in () if manifest.absent else found:
        said = _problem(manifest, link, catalog)
        if said is not None:
            code, message, hint = said
            yield Diagnostic(
                Severity.ERROR,
                code,
                f"spec.{dotted(link.place)}: {message}",
                manifest.locate(("spec", *link.place)),
                manifest.ref,
                hint,
            )


def _problem(
    manifest: Manifest, link: Link, catalog: Catalog
) -> tuple[str, str, str | None] | None:
    target = link.target
    if target is None:
        return _misplaced(link, catalog) if link.external else _dangling(link, catalog)
    if target == manifest.ref:
        return "self-reference", f"{manifest.ref} refers to itself", None
    declared = catalog.manifests.get(target)
    if declared is not None and declared.absent:
        return (
            "tombstoned-reference",
            f'"{link.value[:120]}" is {target}, which {declared.location} declares absent',
            "remove the tombstone or the reference; a model that outlives its job can be"
            " referred to by its full name",
        )
    return None


def _misplaced(link: Link, catalog: Catalog) -> tuple[str, str, str | None] | None:
    """A full name that cannot be one of what is wanted: of another collection, cut short, or with
    a part that is no id (a path that climbs, a verb)."""
    reference, kinds = link.reference, catalog.kinds
    wanted = {kinds[name].collection for name in reference.kinds if name in kinds}
    wanted |= {reference.collection} - {None, ""}
    parts = link.value.split("/")
    whole = parts[0] == "accounts" and len(parts) > 3 and parts[2] in wanted
    if len(parts) == 1 or (whole and all(map(_PART.fullmatch, parts))):
        return None
    full = " or ".join(f"accounts/<account>/{name}/<id>" for name in sorted(map(str, wanted)))
    message = f'expected a short name or {full}, but was "{link.value[:120]}"'
    return "wrong-kind", message, None


def _dangling(link: Link, catalog: Catalog) -> tuple[str, str, str | None]:
    kinds = link.reference.kinds
    shown, value = " or ".join(kinds), link.value[:120]
    others = [ref.kind for ref in catalog.manifests if ref.name == link.value]
    if others:
        article = "an" if shown[0] in "AEIOU" else "a"
        message = f'expected {article} {shown}, but "{value}" is {others[0]}/{value}'
        return "wrong-kind", message, None
    around = (catalog.whole.find(kind, value) for kind in kinds) if catalog.whole else ()
    if there := next(filter(None, around), None):
        hint = f"name the file of {there} too, or use --target instead of paths"
        return UNKNOWN, f'no {shown} "{value}" in the paths that were given', hint
    return UNKNOWN, f'no {shown} "{value}" in this project', _hint(link, catalog)


def _hint(link: Link, catalog: Catalog) -> str:
    from difflib import get_close_matches  # only a mistake pays for it

    close = get_close_matches(link.value, catalog.names(link.reference.kinds), n=1, cutoff=0.7)
    if close:
        return f"did you mean {close[0]}?"
    collection = _collection(link.reference, catalog.kinds)
    full = f"accounts/<account>/{collection}/{link.value[:63]}"
    if OUTPUT_KIND in link.reference.kinds:
        full += f", for a public one accounts/fireworks/{collection}/{link.value[:63]}"
    return f"outside this project, write the full name: {full}"


def _collection(reference: Reference, kinds: Mapping[str, Kind]) -> str:
    known = (kinds[name].collection for name in reference.kinds if name in kinds)
    return next(known, reference.collection or "<collection>")
