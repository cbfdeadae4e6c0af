"""Checks that several kinds share: derived fields, pins, fields that exclude each other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reconciler.kinds.kind import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from reconciler.kinds.source_facts import SourceFacts


def derived_by_hand(spec: Mapping[str, Any], path: str) -> Iterator[Problem]:
    """A field that is derived from the files may not be written beside ``source``."""
    parent, _, name = path.rpartition(".")
    inside = spec.get(parent, {}) if parent else spec
    if "source" in spec and name in inside:
        yield Problem(
            ("spec", *path.split(".")),
            "is derived from the files of source",
            hint="leave the field out",
            code="derived-field",
        )


def pin_of_a_folder(spec: Mapping[str, Any], facts: SourceFacts | None) -> Iterator[Problem]:
    """``source.sha256`` pins one file; a folder has no digest of its own."""
    if facts and len(facts.sizes) > 1 and "sha256" in spec["source"]:
        yield Problem(
            ("spec", "source", "sha256"),
            "pins one file, but source.path is a folder",
            hint="remove sha256",
        )


def exactly_one(
    spec: Mapping[str, Any], *names: str, below: str = "", hint: str | None = None
) -> Iterator[Problem]:
    """None of ``names``, or more than one of them, is a problem of the spec, or of its field
    ``below``."""
    inside = spec.get(below, ()) if below else spec
    given = [name for name in names if name in inside]
    if not given:
        place, dot = (("spec", below), "") if below in spec else (("spec",), f"{below}.")
        wanted = ", ".join(f"{dot if below else ''}{name}" for name in names)
        yield Problem(place, f"expected one of {wanted}", hint, code="missing-field")
    elif len(given) > 1:
        yield from at_most_one(spec, *names, below=below)


def at_most_one(spec: Mapping[str, Any], *names: str, below: str = "") -> Iterator[Problem]:
    """Each of ``names`` after the first that is given excludes that first; ``below`` is the
    field of the spec that holds them ("": the spec itself)."""
    inside = spec.get(below, ()) if below else spec
    given = [name for name in names if name in inside] if inside else []
    for name in given[1:]:
        yield Problem(
            ("spec", *([below] if below else ()), name),
            f"excludes {given[0]}: exactly one of {', '.join(names)} may be given",
            hint=f"remove {name} or {given[0]}",
            code="conflicting-fields",
        )
