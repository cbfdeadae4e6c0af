"""What some manifests of a commit declared, with the ids that they had then."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from reconciler.desired.build import build_desired
from reconciler.diagnostic import Severity
from reconciler.kinds.identity import NaturalKey
from reconciler.kinds.kind import OUTPUT_KIND
from reconciler.kinds.registry import all_kinds
from reconciler.manifest.load import load
from reconciler.manifest.manifest import IdStrategy

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from reconciler.desired.resource import DesiredState, Resource
    from reconciler.diagnostic import SourceLocation
    from reconciler.manifest.load import Loaded
    from reconciler.past.states import State
    from reconciler.ref import ResourceRef

NO_BYTES = frozenset({"invalid-path", "invalid-source"})
"""Errors that say only that a source's bytes are not in git: an exact id needs none."""


@dataclass(frozen=True, slots=True)
class Past:
    """What a commit declared, tombstones included; ``doubtful`` are resources that it seems to
    declare in manifests with errors: nobody can say what protection those gave."""

    resources: tuple[Resource, ...]
    doubtful: frozenset[ResourceRef]


class _AllSet(dict[str, str]):
    """An environment with every variable: which are set today says nothing of the past."""

    def get(self, _name: str, _default: object = None) -> str:
        return "set"


def declared(state: State, files: Iterable[str], account: str, cwd: Path) -> Past:
    """What the manifest files of ``state`` declared. Their places bear the commit."""
    paths = [Path(path) for path in files]
    loaded = load(paths, state.project, cwd, tree=state.files, environ=_AllSet())
    whole = build_desired(loaded.manifests, account, broken=loaded.broken, damaged=loaded.damaged)
    found = (*_without_outputs(whole), *_by_name(loaded, account))
    return Past(tuple(_at(state, one) for one in found), _doubtful(loaded))


def _by_name(loaded: Loaded, account: str) -> Iterator[Resource]:
    """Of manifests with errors those that still say which resource they declare: an exact id is a
    name, and needs neither the rest of the spec nor bytes that were never committed."""
    kinds = all_kinds()
    for manifest in loaded.damaged:
        natural = isinstance(kinds[manifest.ref.kind].identity, NaturalKey)
        if (
            manifest.ref in loaded.broken
            and manifest.id_strategy is IdStrategy.EXACT
            and not natural
        ):
            bare = replace(manifest, spec={}, absent=True, files=None)
            for one in build_desired([bare], account).resources.values():
                yield replace(one, manifest=replace(bare, absent=manifest.absent))


def _doubtful(loaded: Loaded) -> frozenset[ResourceRef]:
    known = {manifest.ref for manifest in loaded.damaged}
    errors = [d for d in loaded.diagnostics if d.severity is Severity.ERROR]
    wrong = {error.ref for error in errors if error.code not in NO_BYTES}
    return frozenset(ref for ref in loaded.broken if ref not in known or ref in wrong)


def _without_outputs(whole: DesiredState) -> Iterator[Resource]:
    """All but manifests that only describe what a job makes: no manifest made those weights."""
    made = {one.output_model for one in whole.resources.values()}
    for one in whole.resources.values():
        described = one.ref.kind == OUTPUT_KIND and one.manifest.files is None
        if not (described and one.name in made):
            yield one


def _at(state: State, one: Resource) -> Resource:
    locate = one.manifest.locate
    manifest = replace(
        one.manifest,
        location=_place(state, one.manifest.location),
        locate=lambda path: _place(state, locate(path)),
    )
    return replace(one, manifest=manifest)


def _place(state: State, where: SourceLocation) -> SourceLocation:
    return replace(where, path=f"{where.path}@{state.short}")
